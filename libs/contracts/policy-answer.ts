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
  /** Why it was not published then: as publishing would have been refused; `not_allowed`: whoever set the time may no more. */
  readonly missed: string | null;
  /** The version whose document it brought back. */
  readonly restores: number | null;
  /** Whoever said no to it, when, and why: it will never be published. */
  readonly refusedBy: string | null;
  readonly refusedAt: string | null;
  readonly refusedBecause: string | null;
}

export interface PolicyList {
  readonly items: readonly PolicyAnswer[];
}

/** A policy that somebody still writes: it may change as often as they like, and becomes a version when it is handed in. */
export interface PolicyDraftAnswer {
  readonly id: string;
  /** The version that was live when it was begun, or brought up to date. */
  readonly baseVersion: number;
  readonly document: PolicyDocument;
  /** Empty until somebody has said what changes and why. */
  readonly note: string;
  /** Nobody else changes it. */
  readonly author: string;
  readonly createdAt: string;
  readonly savedAt: string;
  /** Of how many savings: whoever saves says which one they began with. */
  readonly revision: number;
}

export interface PolicyDraftList {
  /** The one that was saved last comes first. */
  readonly items: readonly PolicyDraftAnswer[];
}

/** What is asked for before a version is published. */
export interface PolicyDemandsAnswer {
  /** Somebody else has to agree. */
  readonly approval: boolean;
  /** It has to be replayed against the live version. */
  readonly replay: boolean;
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
