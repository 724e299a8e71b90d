import type { PolicyDocument } from '#moderation/policy.js';
import type { ReplayResult } from '#moderation/replay/replay-result.js';

export type ReplayState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';

/** A replay of a policy: what it is over, how far it is, and in the end what would have been otherwise. Times in UTC. */
export interface ReplayAnswer {
  readonly id: string;
  /** The version that was tried, and the one that it was compared with. Null: a draft that was not handed in yet. */
  readonly version: number | null;
  readonly against: number;
  /** The draft that was tried, or became the version; null for a version that was posted. */
  readonly draftId: string | null;
  /** What a draft said when somebody asked: the replay is about this, whatever it says by now. Null for a version. */
  readonly document: PolicyDocument | null;
  readonly receivedFrom: string;
  readonly receivedBefore: string;
  /** Null: all clients. */
  readonly clientId: string | null;
  readonly state: ReplayState;
  /** How often it was begun: more than once where a console was stopped in the middle of it. */
  readonly tries: number;
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

/** A replay with where its assets are looked at. */
export interface ReplayDetailAnswer extends ReplayAnswer {
  /** Of the most affected assets, those that have a case. */
  readonly cases: readonly { readonly assetId: string; readonly reviewId: string }[];
}

export interface ReplayList {
  /** Newest first. */
  readonly items: readonly ReplayAnswer[];
}
