import { Problem } from '#contracts/problems.js';
import type { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';

export interface EraseParts {
  readonly erasures: Pick<ErasureStore, 'erase' | 'removeBytes'>;
  readonly bytes: Pick<AssetBytes, 'remove'>;
  readonly metrics: Pick<ErasureMetrics, 'erased'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Erases an asset for its client. */
export class EraseAsset {
  constructor(private readonly parts: EraseParts) {}

  /**
   * When this resolves the asset is erased, and mostly its bytes are gone, too. To erase it again is no fault.
   *
   * @param by the holder of the client's key
   * @throws Problem `not-found`; DatabaseLate
   */
  async erase(clientId: string, assetId: string, by: string): Promise<void> {
    const { erasures, bytes, metrics, log } = this.parts;
    const outcome = await erasures.erase(assetId, { cause: 'client', by }, clientId);
    if (outcome === 'unknown') throw new Problem('not-found', 'You have no asset with this id.');
    if (outcome === 'already_erased') return;
    metrics.erased('client');
    try {
      await erasures.removeBytes(assetId, (id) => bytes.remove(id, true));
    } catch (error) {
      log.warn({ err: error, assetId }, 'the bytes of an erased asset are left to the batch service');
    }
  }
}
