import { setTimeout as delay } from 'node:timers/promises';

import { openHeavyQueue } from '#queue/heavy-bell.js';
import type { Settings } from '#settings/settings.js';

import type { BenchContext } from '../bench-context.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { startRedis } from '../heavy/private-redis.js';
import { installPrivately, startService, type PrivateInstallation } from '../private-installation.js';
import { meterCpu, processGroups, type CpuByPart } from '../process-usage.js';
import { rounded } from '../statistics.js';

export interface RelayRound {
  readonly perSecond: number;
  /** Processor time by part; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
}

export interface RelayMeasurements {
  readonly backend: QueueBackend;
  readonly rounds: readonly RelayRound[];
}

export interface RelayOptions {
  readonly backend: QueueBackend;
  readonly assets: number;
  readonly rounds: number;
  readonly onProgress: (done: number, total: number) => void;
}

const POLL_MS = 20;
/** The slowest relay that is worth a measurement takes this for an asset. */
const MS_PER_ASSET_MAX = 20;

/**
 * Times the relay of a batch service, from a commit of many outbox rows until all of them are taken. The queue is paused:
 * nobody hears the bell, so that nothing but the relay works.
 *
 * @throws Error when the queue holds more than one bell
 */
export async function timeRelay(
  context: BenchContext,
  settings: Settings,
  { backend, assets, rounds, onProgress }: RelayOptions,
): Promise<RelayMeasurements> {
  const installation = await installPrivately(context);
  const redis = backend === 'redis' ? await startRedis(context) : undefined;
  const queue = openHeavyQueue({ databaseUrl: installation.databaseUrl, redisUrl: redis?.url });
  context.cleanup.defer(() => queue.close());
  queue.on('error', () => undefined); // what goes wrong is thrown; BullMQ would write it to the terminal, too
  await queue.waitUntilReady();
  await queue.pause();
  const service = await startService(context, installation, 'batch', {
    // what labels is not asked: the one that is warm soonest
    ...{ HEAVY_MODEL: settings.fast.model, HEAVY_VARIANT: 'f32', HEAVY_PROCESSES: '1' },
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
  });
  const groups = () => processGroups(service.pid(), installation.postgresPid, redis?.pid);
  const measured: RelayRound[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const usedCpu = await meterCpu(groups);
    const perSecond = await relayOnce(installation, assets, context.signal);
    measured.push({ perSecond, cpuMs: await usedCpu() });
    const counts = await queue.getJobCounts();
    const held = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (held > 1) throw new Error(`the queue holds ${held} jobs, and one is enough`);
    onProgress(round, rounds);
  }
  return { backend, rounds: measured.slice(1) }; // the first queries, and the compiler
}

/** @returns assets a second, the relay's rest before it looks included */
async function relayOnce({ database }: PrivateInstallation, assets: number, signal: AbortSignal): Promise<number> {
  const [row] = await database.query<{ last: string }[]>(
    `WITH rung AS (
       INSERT INTO outbox (topic, asset_id, traffic_class, created_at)
       SELECT 'asset.accepted', uuidv7(), 'normal', now() FROM generate_series(1, $1::integer)
       RETURNING id)
     SELECT max(id) AS last FROM rung`,
    [assets],
  );
  const startedMs = performance.now();
  const isRelayed = async (): Promise<boolean> =>
    (await database.query<unknown[]>(`SELECT FROM outbox WHERE id = $1`, [row?.last])).length === 0;
  while (!(await isRelayed())) {
    if (performance.now() - startedMs > assets * MS_PER_ASSET_MAX) throw new Error('the relay does not end');
    await delay(POLL_MS, undefined, { signal });
  }
  return rounded((assets / (performance.now() - startedMs)) * 1_000, 0);
}
