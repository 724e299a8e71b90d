import { randomUUID } from 'node:crypto';
import type { Scored } from '#contracts/classify.js';
import { HashGate } from '#moderation/banks/bank.js';
import { LivePolicy } from '#persistence/live-policy.js';
import { WitnessStore } from '#persistence/witness-store.js';
import { FreshnessMetrics } from '#telemetry/freshness-metrics.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';
import { LabelBatch, type LabelParts } from '../../apps/batch/heavy/label-batch.js';
import { HEAVY, type ConsoleScene } from './console-scene.js';

export const LEASE_MS = 60_000;

export const MODEL = {
  id: HEAVY,
  sha256: 'ab',
  classes: ['neutral'],
  labels: ['neutral' as const],
  preprocessing: {
    size: 8,
    resize: 'bilinear-align-corners' as const,
    framesScoredMax: 1,
    backgrounds: ['white' as const],
  },
};

export const SCORED: Scored = {
  kind: 'scored',
  facts: { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] },
  views: [[1]],
  viewNames: [{ look: 'reference', frame: 0 }],
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
};

/** What labels the assets of a scene, with no bank. */
export function labelBatch(
  scene: ConsoleScene,
  parts: Pick<LabelParts, 'classifier' | 'bytes' | 'attemptsMax'> & Partial<Pick<LabelParts, 'pending'>>,
): LabelBatch {
  const metrics = new Metrics();
  return new LabelBatch({
    pending: scene.pending,
    ...parts,
    finals: scene.finals,
    banks: { current: () => Promise.resolve(new HashGate()) },
    policies: new LivePolicy(scene.policies, Date.now),
    witnesses: new WitnessStore(scene.database),
    metrics,
    freshness: new FreshnessMetrics(metrics.registry),
    reconciliations: new ReconciliationMetrics(metrics.registry, { exposureMs: 1_000, wrongfulHoldMs: 1_000 }),
    log: createLogger('batch', 'silent'),
    leaseMs: LEASE_MS,
  });
}

/** Has a batch label these, whose time has come and whose leases have run out. @throws what the batch throws */
export async function labelLeased(scene: ConsoleScene, batch: LabelBatch, assetIds: readonly string[]): Promise<void> {
  const token = randomUUID();
  await scene.rows(`UPDATE pending_final SET lease_expires_at = NULL WHERE asset_id = ANY ($1)`, [assetIds]);
  await batch.run(await scene.pending.lease(assetIds, token, LEASE_MS), { token, isAlone: false });
}
