import { randomUUID } from 'node:crypto';

import type { LabelBatch } from '../../apps/batch/heavy/label-batch.js';
import type { ConsoleScene } from './console-scene.js';

const LEASE_MS = 60_000;

/** Has a batch label these, whose time has come and whose leases have run out. @throws what the batch throws */
export async function labelLeased(scene: ConsoleScene, batch: LabelBatch, assetIds: readonly string[]): Promise<void> {
  const token = randomUUID();
  await scene.rows(`UPDATE pending_final SET lease_expires_at = NULL WHERE asset_id = ANY ($1)`, [assetIds]);
  await batch.run(await scene.pending.lease(assetIds, token, LEASE_MS), token);
}
