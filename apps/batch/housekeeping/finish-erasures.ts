import type { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';

/** As many bytes are removed at the same time as a bucket takes without being slow for others. */
const PAGE = 8;
/** What was erased by somebody who could not remove the bytes himself waits this long at most. */
const REST_MS = 5_000;

export interface FinishErasuresParts {
  readonly erasures: Pick<ErasureStore, 'withBytes' | 'countWithBytes' | 'removeBytes'>;
  readonly bytes: Pick<AssetBytes, 'remove'>;
  readonly metrics: Pick<ErasureMetrics, 'bytesWaiting'>;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Removes the bytes of what was erased: of retention all, of others what is left because a process died or the place of
 * the bytes was away. It goes through the list again and again, so that bytes that cannot be removed keep none behind
 * them waiting.
 */
export class FinishErasures {
  private after: string | undefined;

  constructor(private readonly parts: FinishErasuresParts) {}

  /** One page of the list. @returns milliseconds to rest */
  async step(): Promise<number> {
    const { erasures, metrics } = this.parts;
    const page = await erasures.withBytes(this.after, PAGE);
    const removed = await Promise.all(page.map((assetId) => this.remove(assetId)));
    this.after = page.length < PAGE ? undefined : page.at(-1);
    if (this.after !== undefined) return removed.includes(true) ? 0 : REST_MS;
    metrics.bytesWaiting(await erasures.countWithBytes());
    return REST_MS;
  }

  private async remove(assetId: string): Promise<boolean> {
    const { erasures, bytes, log } = this.parts;
    try {
      await erasures.removeBytes(assetId, (id) => bytes.remove(id, true));
      return true;
    } catch (error) {
      log.warn({ err: error, assetId }, 'the bytes of an erased asset could not be removed; they are tried again');
      return false;
    }
  }
}
