/** What the upload service answers, as types of this package's own. Times are RFC 3339 in UTC; ids are UUIDs. */

export type TrafficClass = 'urgent' | 'normal' | 'bulk';
export type Verdict = 'allow' | 'block' | 'review';
export type Stage = 'provisional' | 'final';
export type Band = 'clear' | 'uncertain' | 'violating';
export type DecisionSource = 'hash' | 'fast' | 'heavy' | 'moderator' | 'appeal' | 'default';
export type Transition = 'confirmed_allow' | 'confirmed_block' | 'late_block' | 'late_release' | 'needs_review';
export type Finding = 'sexual.explicit' | 'sexual.explicit.drawn' | 'sexual.suggestive';
export type Label = Finding | 'neutral.drawing' | 'neutral';
export type MediaType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif';
export type Metadata = Readonly<Record<string, string | number | boolean>>;

export type ReasonCode =
  | 'violating'
  | 'uncertain'
  | 'damaged'
  | 'frames_not_decoded'
  | 'fast_tier_failed'
  | 'fast_tier_not_ready'
  | 'shed'
  | 'heavy_tier_failed'
  | 'heavy_tier_refused'
  | 'decided_by_moderator'
  | 'known_hash'
  | 'awaits_moderator'
  | 'final_late';

/** Why a decision is what it is. */
export interface Reason {
  readonly code: ReasonCode;
  readonly label?: Finding;
}

/** The entry of a bank that decided. */
export interface BankMatch {
  readonly bank: string;
  readonly kind: 'block' | 'allow';
  readonly entryId: number;
  readonly match: 'exact' | 'perceptual';
  readonly distance: number;
}

export interface Decision {
  /** Counts from 1; a higher one supersedes. */
  readonly revision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly band: Band | null;
  readonly source: DecisionSource;
  readonly reasons: readonly Reason[];
  readonly policyVersion: number;
  /** For keys with the scope `scores`. */
  readonly match?: BankMatch | null;
  readonly decidedAt: string;
}

/** An entry of an asset's history. */
export interface Revision extends Decision {
  readonly supersedes: number | null;
}

/** Milliseconds by stage of an upload; `storeMs` is missing in a replayed answer. */
export interface UploadTiming {
  readonly receiveMs: number;
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly inferenceMs: number;
  readonly storeMs?: number;
  readonly totalMs: number;
}

/** An image that was handed in, with the decision in force. */
export interface Asset {
  readonly id: string;
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly class: TrafficClass;
  readonly metadata: Metadata | null;
  readonly mediaType: MediaType;
  readonly bytes: number;
  readonly sha256: string;
  readonly receivedAt: string;
  /** The one thing your code needs: may it be shown. */
  readonly served: boolean;
  readonly decision: Decision;
  /** How the final decision changed the provisional one; null until there is one. */
  readonly transition: Transition | null;
  /** When the final decision is due. */
  readonly finalBy: string;
  /** What holds from then on if there is none. */
  readonly ifLate: 'provisional_stands' | 'block';
  readonly late: boolean;
  /** For keys with the scope `scores`. */
  readonly labels?: readonly { readonly label: Label; readonly score: number }[];
  readonly timing?: UploadTiming;
  readonly links: { readonly self: string; readonly revisions: string };
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `cursor` of the next page; null on the last. */
  readonly next: string | null;
}
