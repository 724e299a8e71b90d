import type { PolicyDocument, PolicyFault } from '#moderation/policy.js';
import type { PolicyChange, PolicyMerge } from '#moderation/policy-diff.js';
import type { PolicyState } from '#moderation/words.js';

/** A policy version as the console shows it. Times are RFC 3339 in UTC. */
export interface PolicyAnswer {
  readonly version: number;
  /** The version that was live when it was drafted; null for the first. */
  readonly baseVersion: number | null;
  readonly state: PolicyState;
  readonly document: PolicyDocument;
  readonly note: string;
  readonly author: string;
  readonly createdAt: string;
  readonly publishedBy: string | null;
  readonly publishedAt: string | null;
  /** Whoever agreed to it; never its author. */
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  /** When it is to be published, or was to be. */
  readonly publishAt: string | null;
  readonly publishAtBy: string | null;
  /** Why it was not published then: as publishing would have been refused. */
  readonly missed: string | null;
  /** The version whose document it brought back. */
  readonly restores: number | null;
}

export interface PolicyList {
  readonly items: readonly PolicyAnswer[];
}

/** Where two versions differ, place by place; empty where they say the same. */
export interface PolicyDiffAnswer {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly PolicyChange[];
}

/** What two people made of the same version: all that a page needs to bring it together. */
export interface PolicyMergeAnswer extends PolicyMerge {
  readonly baseVersion: number;
  readonly liveVersion: number;
  readonly documents: {
    readonly base: PolicyDocument;
    readonly theirs: PolicyDocument;
    readonly yours: PolicyDocument;
  };
  /** What is wrong with `merged` although both were right; pointers into it. */
  readonly faults: readonly PolicyFault[];
}
