import type { PolicyDocument } from '#moderation/policy.js';
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
}

export interface PolicyList {
  readonly items: readonly PolicyAnswer[];
}
