import { setTimeout as delay } from 'node:timers/promises';

import { PendingFinalStore } from '#persistence/pending-final-store.js';

import type { BenchContext } from '../bench-context.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { startRedis } from '../heavy/private-redis.js';
import { queueAssets } from '../heavy/queue-assets.js';
import { installPrivately, type PrivateInstallation } from '../private-installation.js';
import { countOutcome, finalsOf } from './count-outcome.js';
import { startMortal } from './mortal-service.js';
import type { WarehouseRun } from './warehouse-run.js';
import { WorkWatch } from './work-watch.js';

export interface LabelOptions {
  readonly assets: number;
  readonly batch: number;
  readonly backend: QueueBackend;
  readonly killAt: number;
  /** Of the batch service, on top of the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly nextFile: () => Buffer;
  readonly onProgress: (done: number) => void;
}

const DAY_MS = 86_400_000;
/** As the upload service says it by default. */
const DUE_MS = 30_000;
const HANDED_IN = { trafficClass: 'bulk', finalInMs: DAY_MS, dueInMs: DUE_MS } as const;
/** The slowest machine that is worth a measurement does an image in this; recovery takes its time, too. */
const MS_PER_ASSET_MAX = 2_000;
const RECOVERY_MS_MAX = 180_000;
/** A look takes a hundredth of a second: a hundredth of the time on the longest run. */
const LOOK = { msPerAsset: 2, msMin: 250, msMax: 2_000 };

/** Fills a warehouse, has it labelled, kills the batch service on its way, starts it again, and counts what there is. */
export async function labelWarehouse(
  context: BenchContext,
  { assets, batch, backend, killAt, settings, nextFile, onProgress }: LabelOptions,
): Promise<Omit<WarehouseRun, 'bare'>> {
  const installation = await installPrivately(context);
  const redis = backend === 'redis' ? await startRedis(context) : undefined;
  const { ids } = await queueAssets(installation, assets, nextFile, HANDED_IN);
  const watch = new WorkWatch(installation.postgresPid, redis?.pid);
  const start = () =>
    startMortal(context, installation, {
      ...settings,
      HEAVY_BATCH_SIZE: String(batch),
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    });
  const untilLeft = waitFor(context, installation, { assets, watch, onProgress });

  await watch.look();
  const first = await start();
  await watch.look(first.pid());
  const fromCpuMs = watch.cpuMs?.['classifiers'];
  const queuedAtKill = await untilLeft(() => first.pid(), assets - Math.ceil(assets * killAt));
  const toCpuMs = watch.cpuMs?.['classifiers'];
  const killedMs = Date.now();
  await first.kill();
  const held = new Set(await heldAssets(installation));

  const second = await start();
  await untilLeft(() => second.pid(), 0);
  await second.stop();
  const finals = await finalsOf(installation, ids);
  const { startedMs, readyMs } = first;
  return {
    backend,
    batch,
    assets,
    times: {
      startedMs,
      readyMs,
      killedMs,
      readyAgainMs: second.readyMs,
      finalsMs: finals.map(({ atMs }) => atMs),
      heldFinalsMs: finals.filter(({ assetId }) => held.has(assetId)).map(({ atMs }) => atMs),
    },
    queuedAtKill,
    heldAtKill: held.size,
    cpuMs: watch.cpuMs,
    steady: {
      wallMs: killedMs - readyMs,
      classifierCpuMs: toCpuMs === undefined || fromCpuMs === undefined ? undefined : toCpuMs - fromCpuMs,
    },
    memory: watch.memory,
    outcome: await countOutcome(installation, ids, finals),
  };
}

/** What a service leased and did not come to: nobody else has a lease. */
async function heldAssets({ database }: PrivateInstallation): Promise<string[]> {
  const rows = await database.query<{ id: string }[]>(
    `SELECT asset_id AS id FROM pending_final WHERE lease_token IS NOT NULL AND lease_expires_at > now()`,
  );
  return rows.map(({ id }) => id);
}

/** @returns a function that waits until so many assets are left, looks on, and tells how many there really are */
function waitFor(
  { signal }: BenchContext,
  { database }: PrivateInstallation,
  { assets, watch, onProgress }: { assets: number; watch: WorkWatch; onProgress: LabelOptions['onProgress'] },
): (pid: () => number, left: number) => Promise<number> {
  const pending = new PendingFinalStore(database);
  const lookEveryMs = Math.min(LOOK.msMax, Math.max(LOOK.msMin, assets * LOOK.msPerAsset));
  return async (pid, left) => {
    const deadlineMs = Date.now() + assets * MS_PER_ASSET_MAX + RECOVERY_MS_MAX;
    for (;;) {
      const { pending: waiting } = await pending.backlog();
      await watch.look(pid());
      onProgress(assets - waiting);
      if (waiting <= left) return waiting;
      if (Date.now() > deadlineMs) throw new Error(`${waiting} of ${assets} assets have no final`);
      await delay(lookEveryMs, undefined, { signal });
    }
  };
}
