import type { BankHit } from '#moderation/banks/bank.js';
import type { Reason } from '#moderation/judge.js';
import type { Label } from '#moderation/label.js';
import type { LateDefault } from '#moderation/policy.js';
import type { Band, Source, Stage, TrafficClass, Transition, Verdict } from '#moderation/words.js';

import type { MediaType } from './media-type.js';
import type { Metadata } from './submission-fields.js';

/** A decision as clients see it. Times are RFC 3339 in UTC. */
export interface DecisionAnswer {
  readonly revision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly band: Band | null;
  readonly source: Source;
  readonly reasons: readonly Reason[];
  readonly policyVersion: number;
  /** The entry of a bank that decided, where one did; to moderators, admins and keys with the scope `scores` only. */
  readonly match?: BankHit | null;
  readonly decidedAt: string;
}

/** Milliseconds by stage of one upload. `storeMs` is missing in a replayed answer: it was stored before it was known. */
export interface UploadTiming {
  readonly receiveMs: number;
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly inferenceMs: number;
  readonly storeMs?: number;
  readonly totalMs: number;
}

/** An asset as clients see it. */
export interface AssetAnswer {
  readonly id: string;
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly class: TrafficClass;
  readonly metadata: Metadata | null;
  readonly mediaType: MediaType;
  readonly bytes: number;
  readonly sha256: string;
  readonly receivedAt: string;
  readonly served: boolean;
  readonly decision: DecisionAnswer;
  /** How the final decision changed the provisional one; null until there is one. */
  readonly transition: Transition | null;
  /** When the final decision is due. */
  readonly finalBy: string;
  /** What holds from then on if there is none: the provisional decision stays in force, or the asset is blocked until there is. */
  readonly ifLate: LateDefault;
  /** That time has passed and there was no final decision. Stays true when it comes at last. */
  readonly late: boolean;
  /** For keys with the scope `scores` only. */
  readonly labels?: readonly { readonly label: Label; readonly score: number }[];
  readonly timing?: UploadTiming;
  readonly links: { readonly self: string; readonly revisions: string };
}

export interface AssetPage {
  readonly items: readonly AssetAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** One entry of an asset's history. */
export interface RevisionAnswer extends DecisionAnswer {
  readonly supersedes: number | null;
}

export interface RevisionList {
  /** First to newest. */
  readonly items: readonly RevisionAnswer[];
}
