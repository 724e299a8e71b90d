import type { Closing, DeadLetterFacts, Explanation } from '#moderation/dead-letter.js';
import type { Reason } from '#moderation/judge.js';
import type { Source, Stage, TrafficClass, Verdict } from '#moderation/words.js';

import type { ReviewedAsset } from './review-answer.js';

/** Work that ended without success, kept with its reason. The last three are null while it is open. */
export interface DeadLetterEntry {
  readonly id: number;
  readonly assetId: string;
  readonly class: TrafficClass;
  readonly reason: string;
  readonly attempts: number;
  readonly detail: string;
  readonly closedBy: string | null;
  readonly closedHow: Closing | null;
  readonly note: string | null;
}

/** A dead letter as it is answered. Times are RFC 3339 in UTC. */
export interface DeadLetterAnswer extends DeadLetterEntry {
  readonly createdAt: string;
  /** Null while it is open. */
  readonly closedAt: string | null;
}

export interface DeadLetterPage {
  /** Newest first. */
  readonly items: readonly DeadLetterAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** A dead letter with all that explains it. */
export interface DeadLetterDetailAnswer extends DeadLetterAnswer {
  readonly explanation: Explanation;
  readonly asset: ReviewedAsset;
  /** The decision in force. */
  readonly standing: {
    readonly revision: number;
    readonly stage: Stage;
    readonly verdict: Verdict;
    readonly source: Source;
    readonly reasons: readonly Reason[];
    readonly decidedAt: string;
  };
  /** The case that a human has yet to decide, if there is one. */
  readonly reviewId: string | null;
  /** The asset waits for another try. */
  readonly pending: boolean;
  /** How many dead letters the asset had before this one. */
  readonly earlier: number;
  /** Whether its bytes are there, as the console service sees it; `away`: it does not see those of any asset. */
  readonly bytes: DeadLetterFacts['bytes'];
}

/** What became of one dead letter that was to be resubmitted. */
export type Resubmission = 'resubmitted' | 'already_closed' | 'human_decided' | 'already_pending' | 'unknown';

/** What became of one dead letter that was to be discarded. */
export type Discard = 'discarded' | 'already_closed' | 'unknown';

/** What became of each. */
export interface ClosedAnswer<Outcome> {
  readonly items: readonly { readonly id: number; readonly outcome: Outcome }[];
  /** Open letters of the reason that are left for another request; 0 where ids were named. */
  readonly left: number;
}

export type ResubmittedAnswer = ClosedAnswer<Resubmission>;
export type DiscardedAnswer = ClosedAnswer<Discard>;
