/** Why an asset was erased: its client asked for it, an admin did, or it was kept for as long as its client wants. */
export type ErasureCause = 'client' | 'admin' | 'retention';

/** What became of an asset that was to be erased. */
export type ErasureOutcome = 'erased' | 'already_erased' | 'unknown';

/** One of the assets that an admin wanted erased. */
export interface ErasureItem {
  readonly assetId: string;
  readonly outcome: ErasureOutcome;
}

export interface ErasuresAnswer {
  /** In the order in which they were named. */
  readonly items: readonly ErasureItem[];
}

/** What stays of an erased asset beside its decisions. Times are RFC 3339 in UTC. */
export interface TombstoneAnswer {
  readonly assetId: string;
  readonly clientId: string;
  readonly cause: ErasureCause;
  readonly by: string;
  readonly erasedAt: string;
  /** Null while its bytes are still to be removed. */
  readonly bytesGoneAt: string | null;
}
