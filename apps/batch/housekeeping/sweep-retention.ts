import type { ErasureRetentionStore, Retaining } from '#persistence/erasure-retention-store.js';
import type { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';

/** Assets of one transaction: it ends within a fraction of a second and holds up nobody for longer. */
const PAGE = 100;
/** Between two pages: others come first. */
const PAGE_REST_MS = 50;
/** Retention is in days. */
const PASS_REST_MS = 600_000;

export interface SweepRetentionParts {
  readonly retention: Pick<ErasureRetentionStore, 'retaining' | 'erasePage'>;
  readonly metrics: Pick<ErasureMetrics, 'erased'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Erases what has been kept for as long as its client wants it kept: client by client, page by page in the order of ids.
 * Where a pass was is not kept: the next one begins behind whatever is erased already.
 */
export class SweepRetention {
  /** Clients that this pass has yet to look at, each with where. */
  private left: Retaining[] = [];
  private erased = 0;
  private undecided = 0;

  constructor(private readonly parts: SweepRetentionParts) {}

  /** One page. @returns milliseconds to rest */
  async step(): Promise<number> {
    const { retention, metrics, log } = this.parts;
    if (this.left.length === 0) this.left = await retention.retaining();
    const [next, ...others] = this.left;
    if (next === undefined) return PASS_REST_MS;
    const page = await retention.erasePage(next.clientId, next.after, PAGE);
    const erased = page?.erased ?? 0;
    if (erased > 0) metrics.erased('retention', erased);
    this.erased += erased;
    this.undecided += page?.undecided ?? 0;
    // where another service is at it, it does this client's rest, too
    const after = page?.after ?? null;
    this.left = after === null ? others : [{ ...next, after }, ...others];
    if (this.left.length > 0) return PAGE_REST_MS;
    if (this.erased > 0) log.info({ erased: this.erased }, 'assets were kept for their time, and are erased');
    if (this.undecided > 0) log.warn({ undecided: this.undecided }, 'cases ended undecided: their assets are erased');
    [this.erased, this.undecided] = [0, 0];
    return PASS_REST_MS;
  }
}
