import { join } from 'node:path';

import { AssetStore } from '#persistence/asset-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { AssetFiles } from '#storage/asset-files.js';

import { verifyInstallation } from '../../verify/verify-installation.js';
import type { PrivateInstallation } from '../private-installation.js';
import type { Outcome } from './warehouse-run.js';

/** A machine's final. */
export interface Final {
  readonly assetId: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly source: string;
}

/** Every final that machines gave some assets. */
export function finalsOf({ database }: PrivateInstallation, ids: readonly string[]): Promise<Final[]> {
  return database.query<Final[]>(
    `SELECT asset_id AS "assetId", extract(epoch FROM decided_at)::float8 * 1000 AS "atMs", source
     FROM decision WHERE asset_id = ANY ($1) AND stage = 'final'`,
    [ids],
  );
}

/** Checks every invariant, and that each asset has one final of the heavy model. */
export async function countOutcome(
  { home, database }: PrivateInstallation,
  ids: readonly string[],
  finals: readonly Final[],
): Promise<Outcome> {
  const { faultCount, faults } = await verifyInstallation(
    {
      histories: new HistoryStore(database),
      assets: new AssetStore(database),
      bytes: new AssetFiles(join(home, 'assets')),
    },
    // whatever has no row is an orphan: nothing is under way
    { orphanGraceMs: 0, seen: ids, settled: true, onProgress: () => undefined },
  );
  const labelled = new Set(finals.map(({ assetId }) => assetId)).size;
  return {
    lost: ids.length - labelled,
    doubled: finals.length - labelled,
    unlabelled: finals.filter(({ source }) => source !== 'heavy').length,
    faultCount,
    faults,
  };
}
