import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

import { CHILD_ENV } from '#inference/classifier/pool-options.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import type { BenchContext } from '../bench-context.js';
import type { BareDone, BareOrder, BareStart } from './bare-process.js';

/** Decode and inference alone, on every core at the same time. */
export interface BareClassifier {
  /** Files in turn, until the time is over. @throws Error when a process ends */
  measure(paths: readonly string[], forMs: number): Promise<BareRate>;
}

export interface BareRate {
  readonly perSecond: number;
  /** Processor time of one image. */
  readonly cpuMs: number;
}

const START_MS_MAX = 60_000;
/** Beyond the time that was ordered: the last image, and a busy machine. */
const LATE_MS_MAX = 30_000;

/**
 * Starts a process for each core, with one thread for inference, as a program would be that only classifies.
 *
 * @param modelRef the version that the service chose
 */
export async function openBareClassifier(context: BenchContext, modelRef: string): Promise<BareClassifier> {
  const { modelRoot, upload } = readSettings(process.env, ROOT);
  const limits = { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax };
  const start: BareStart = { modelRoot, modelRef, limits };
  const workers = await Promise.all(Array.from({ length: availableParallelism() }, () => startWorker(context, start)));
  return {
    measure: async (paths, forMs) => {
      const orders = workers.map((worker, index) => {
        const own = paths.filter((_, at) => at % workers.length === index);
        return worker({ paths: own, forMs });
      });
      const done = await Promise.all(orders);
      const images = done.reduce((sum, part) => sum + part.images, 0);
      const cpuMs = done.reduce((sum, part) => sum + part.cpuMs, 0);
      return { perSecond: (images / forMs) * 1_000, cpuMs: cpuMs / images };
    },
  };
}

async function startWorker(
  { signal, cleanup }: BenchContext,
  start: BareStart,
): Promise<(order: BareOrder) => Promise<BareDone>> {
  const child = fork(new URL('./bare-process.js', import.meta.url), [JSON.stringify(start)], {
    env: { ...CHILD_ENV },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  cleanup.defer(async () => {
    child.kill('SIGKILL'); // it keeps nothing
    await ended;
  });
  await answerOf(child, signal, START_MS_MAX);
  return async (order) => {
    const answer = answerOf(child, signal, order.forMs + LATE_MS_MAX);
    child.send(order);
    return (await answer) as BareDone;
  };
}

async function answerOf(child: ChildProcess, signal: AbortSignal, withinMs: number): Promise<unknown> {
  const over = new AbortController();
  const limit = AbortSignal.any([signal, over.signal, AbortSignal.timeout(withinMs)]);
  const end = (): void => over.abort(new Error('a process that decodes and infers ended'));
  child.once('exit', end);
  try {
    const [answer] = (await once(child, 'message', { signal: limit })) as unknown[];
    return answer;
  } finally {
    child.off('exit', end);
  }
}
