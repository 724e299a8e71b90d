import type { ReplayResult } from '#moderation/replay/replay-result.js';

export type ReplayState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';

/** A replay of a policy: what it is over, how far it is, and in the end what would have been otherwise. Times in UTC. */
export interface ReplayAnswer {
  readonly id: string;
  /** The version that was tried, and the one that it was compared with. */
  readonly version: number;
  readonly against: number;
  readonly receivedFrom: string;
  readonly receivedBefore: string;
  /** Null: all clients. */
  readonly clientId: string | null;
  readonly state: ReplayState;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly endedAt: string | null;
  /** Assets that were weighed so far. */
  readonly handled: number;
  /** Of the window, 0..1. */
  readonly progress: number;
  /** Null until it is done. */
  readonly result: ReplayResult | null;
  /** Why there is no result and what to do; null where there is one, or none yet. */
  readonly fault: string | null;
}

export interface ReplayList {
  /** Newest first. */
  readonly items: readonly ReplayAnswer[];
}
