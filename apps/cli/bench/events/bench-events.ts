import { setTimeout as delay } from 'node:timers/promises';

import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { installPrivately, startService } from '../private-installation.js';
import { meterCpu, processGroups } from '../process-usage.js';
import { addEndpoints, addWaiting, decideSteadily } from './event-source.js';
import type { EventsBenchOptions } from './events-options.js';
import { eventsResult, type Arrival } from './events-result.js';
import { HookReceiver } from './hook-receiver.js';

/** What has not come by then does not come. */
const TAIL_MS_MAX = 60_000;
const POLL_MS = 50;

/**
 * Events by webhook, at a steady rate, to endpoints of which some hang: by a real batch service, from the decision to the
 * receiver.
 *
 * @throws Error when an event does not come to an endpoint that answers
 */
export async function benchEvents(context: BenchContext, options: EventsBenchOptions): Promise<BenchResult> {
  const { rate, seconds, endpoints, hanging } = options;
  if (hanging >= endpoints) throw new Error(`of ${endpoints} endpoints, ${hanging} cannot hang: none would answer`);
  const { signal, cleanup } = context;
  const { fast } = readSettings(process.env, ROOT);
  const installation = await installPrivately(context);
  const receiver = await HookReceiver.listen(cleanup, hanging);
  const clients = await addEndpoints(installation, endpoints, (endpoint) => receiver.urlOf(endpoint));
  const count = rate * seconds;
  const waiting = await withBar('assets', count, (show) => addWaiting(installation, clients, count, show));
  const service = await startService(context, installation, 'batch', {
    // what labels is not asked: the one that is warm soonest
    ...{ HEAVY_MODEL: fast.model, HEAVY_VARIANT: 'f32', HEAVY_PROCESSES: '1' },
    ...{ WEBHOOK_HTTP: 'allow', FETCH_PRIVATE_NETWORKS: '127.0.0.0/8', FETCH_PRIVATE_PORTS: String(receiver.port) },
  });
  const usedCpu = await meterCpu(() => processGroups(service.pid(), installation.postgresPid));
  const decided = await withBar('events', count, (onProgress) =>
    decideSteadily(installation, waiting, rate, { signal, onProgress }),
  );
  const cpuMs = await usedCpu();
  const answering = waiting.ids.filter((_, index) => index % endpoints >= hanging);
  await allHere(answering, receiver, signal);
  const arrivals = answering.map((assetId): Arrival => {
    const [told, receipt] = [decided.get(assetId), receiver.receipts.get(assetId)];
    if (told === undefined || receipt === undefined) throw new Error('an event that came was never told');
    const { decidedAtMs, committedMs } = told;
    const { endpoint, atMs, times } = receipt;
    return { endpoint, times, fromDecisionMs: atMs - decidedAtMs, fromCommitMs: Math.max(0, atMs - committedMs) };
  });
  return eventsResult(options, { arrivals, heldAtEnd: receiver.held, cpuMs });
}

async function allHere(ids: readonly string[], { receipts }: HookReceiver, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + TAIL_MS_MAX;
  while (!ids.every((id) => receipts.has(id))) {
    const missing = ids.filter((id) => !receipts.has(id)).length;
    if (performance.now() > untilMs) throw new Error(`${missing} events have not come after ${TAIL_MS_MAX} ms`);
    await delay(POLL_MS, undefined, { signal });
  }
}

async function withBar<T>(name: string, total: number, work: (show: (done: number) => void) => Promise<T>): Promise<T> {
  const bar = progressBar(name);
  try {
    return await work((done) => bar.show(done, total));
  } finally {
    bar.end();
  }
}
