import { setTimeout as delay } from 'node:timers/promises';

import { PendingFinalStore } from '#persistence/pending-final-store.js';

import type { PrivateInstallation } from '../private-installation.js';
import { drainOf, type Drain } from './drain.js';
import { queueAssets } from './queue-assets.js';

export interface EndToEndOptions {
  readonly assets: number;
  readonly nextFile: () => Buffer;
  /** Finals with which all processes have delivered once. */
  readonly firstFinals: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** The slowest machine that is worth a measurement does an image in this. */
const MS_PER_ASSET_MAX = 2_000;
const POLL_MS = 200;

/** Queues assets and waits until the batch service has written all finals. @throws Error when that does not end */
export async function endToEnd(installation: PrivateInstallation, options: EndToEndOptions): Promise<Drain> {
  const { assets, nextFile, firstFinals, signal, onProgress } = options;
  const { ids, fromMs } = await queueAssets(installation, assets, nextFile);
  const pending = new PendingFinalStore(installation.database);
  const deadlineMs = fromMs + assets * MS_PER_ASSET_MAX;
  for (let waiting = assets; waiting > 0; waiting = (await pending.backlog()).pending) {
    if (Date.now() > deadlineMs) throw new Error(`${waiting} of ${assets} assets have no final`);
    onProgress(assets - waiting);
    await delay(POLL_MS, undefined, { signal });
  }
  return drainOf(await finalTimes(installation, ids), fromMs, firstFinals);
}

/** When the final of each asset was decided, epoch milliseconds. */
async function finalTimes({ database }: PrivateInstallation, ids: readonly string[]): Promise<number[]> {
  const rows = await database.query<{ at: number }[]>(
    `SELECT extract(epoch FROM decided_at)::float8 * 1000 AS at FROM decision
     WHERE asset_id = ANY ($1) AND stage = 'final' AND source = 'heavy'`,
    [ids],
  );
  if (rows.length !== ids.length)
    throw new Error(`${ids.length - rows.length} assets have no label of the heavy model`);
  return rows.map(({ at }) => at);
}
