import type { ErasureItem, ErasureOutcome, ErasuresAnswer, TombstoneAnswer } from '#contracts/erasure-answer.js';
import { Problem } from '#contracts/problems.js';
import type { Actor } from '#persistence/audit-store.js';
import type { AuditTrail } from '#persistence/audit-trail.js';
import type { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';

export interface EraseAssetsParts {
  readonly erasures: Pick<ErasureStore, 'erase' | 'find' | 'removeBytes'>;
  readonly trail: Pick<AuditTrail, 'perform'>;
  readonly bytes: Pick<AssetBytes, 'remove'>;
  readonly metrics: Pick<ErasureMetrics, 'erased'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Erases assets of any client on an admin's word. */
export class EraseAssets {
  constructor(private readonly parts: EraseAssetsParts) {}

  /** One after the other: what was erased stays so, whatever becomes of those behind it. @throws DatabaseLate */
  async erase(assetIds: readonly string[], by: Actor): Promise<ErasuresAnswer> {
    const { erasures, trail } = this.parts;
    const items: ErasureItem[] = [];
    for (const id of assetIds) {
      const assetId = id.toLowerCase();
      const note = (outcome: ErasureOutcome) => ({ outcome });
      const outcome = await trail.perform(by, { act: 'asset.erase', subject: 'asset', id: assetId, note }, () =>
        erasures.erase(assetId, { cause: 'admin', by: by.name }),
      );
      if (outcome === 'erased') await this.finish(assetId);
      items.push({ assetId, outcome });
    }
    return { items };
  }

  /** What stays of an asset. @throws Problem `not-found` for one that was not erased */
  async find(assetId: string): Promise<TombstoneAnswer> {
    const tombstone = await this.parts.erasures.find(assetId);
    if (tombstone === undefined) throw new Problem('not-found', 'No asset with this id was erased.');
    const { erasedAt, bytesGoneAt, ...facts } = tombstone;
    return { ...facts, erasedAt: erasedAt.toISOString(), bytesGoneAt: bytesGoneAt?.toISOString() ?? null };
  }

  private async finish(assetId: string): Promise<void> {
    const { erasures, bytes, metrics, log } = this.parts;
    metrics.erased('admin');
    try {
      await erasures.removeBytes(assetId, (id) => bytes.remove(id, true));
    } catch (error) {
      log.warn({ err: error, assetId }, 'the bytes of an erased asset are left to the batch service');
    }
  }
}
