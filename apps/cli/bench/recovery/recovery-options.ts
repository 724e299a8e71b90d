import type { BackendChoice, QueueBackend } from '../heavy/heavy-bench-options.js';
import type { HeavyVariant } from '../heavy/variant-settings.js';

export interface RecoveryOptions {
  /** Kills, on each backend. */
  readonly rounds: number;
  /** What waits when the service is killed: as much of it as it takes at once is under its leases. */
  readonly assets: number;
  readonly variant: HeavyVariant;
  readonly backend: BackendChoice;
}

/** What came of one kill. Milliseconds from the kill, by the times that the product stores. */
export interface Recovery {
  /** Assets that were under a lease of the killed service. */
  readonly leased: number;
  /** When the last of those leases ran out; null where there was none. */
  readonly lastLeaseMs: number | null;
  /** When each asset had its final. */
  readonly finalsMs: readonly number[];
}

export interface BackendRecoveries {
  readonly backend: QueueBackend;
  readonly recoveries: readonly Recovery[];
}
