import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { AssetAnswer } from '#contracts/asset-answer.js';

import type { BenchContext } from '../bench-context.js';
import { Cleanup } from '../cleanup.js';
import { rounded } from '../statistics.js';
import { FormClient, type Answer } from '../upload/form-client.js';
import { startProduct, type Product } from './product.js';

/** Milliseconds from spawning the product. */
export interface StartTimes {
  /** To the first answer 201, whatever stands behind it. */
  readonly firstAnswerMs: number;
  /** To the first answer 201 that the fast model decided. */
  readonly firstDecisionMs: number;
  /** Until it says that everything is ready, both tiers and the console. */
  readonly allReadyMs: number;
}

const START_MS_MAX = 60_000;
const TRY_EVERY_MS = 25;

/**
 * Starts the product, uploads until the fast model decides, waits until all is ready, and stops it.
 *
 * @throws Error when it ends by itself, is not ready in time, or the benchmark is interrupted
 */
export async function startOnce(context: BenchContext, home: string, nextFile: () => Buffer): Promise<StartTimes> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const product = await startProduct(home);
  cleanup.defer(() => product.stop());
  const signal = AbortSignal.any([context.signal, product.gone, AbortSignal.timeout(START_MS_MAX)]);
  const allReady = product.ready.then(() => sinceStart(product));
  allReady.catch(() => undefined); // told again when it is waited for
  try {
    const client = new FormClient(product.uploadUrl, { authorization: `Bearer ${await firstKey(home, signal)}` });
    cleanup.defer(() => client.close());
    const decision = await firstDecision(() => client.upload(nextFile()), product, signal);
    return { ...decision, allReadyMs: await allReady };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await cleanup.run();
  }
}

const sinceStart = ({ startedMs }: Product): number => rounded(performance.now() - startedMs, 0);

/** Uploads again and again until the fast model decides. */
async function firstDecision(
  upload: () => Promise<Answer>,
  product: Product,
  signal: AbortSignal,
): Promise<Omit<StartTimes, 'allReadyMs'>> {
  let firstAnswerMs: number | undefined;
  for (;;) {
    const answer = await upload().catch(() => undefined); // it does not listen yet
    if (answer?.status === 201) {
      firstAnswerMs ??= sinceStart(product);
      if (isDecided(answer)) return { firstAnswerMs, firstDecisionMs: sinceStart(product) };
    }
    await delay(TRY_EVERY_MS, undefined, { signal });
  }
}

const isDecided = ({ body }: Answer): boolean => (JSON.parse(body) as AssetAnswer).decision.source === 'fast';

/** The client's key, as soon as the first start has made it. */
async function firstKey(home: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const key = await readFile(join(home, 'client-key'), 'utf8').catch(() => undefined);
    if (key !== undefined) return key.trim();
    await delay(TRY_EVERY_MS, undefined, { signal });
  }
}
