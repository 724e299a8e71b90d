import type { Reason } from '#moderation/judge.js';
import type { Finding } from '#moderation/label.js';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict, Source, TrafficClass, Transition, Verdict } from '#moderation/words.js';

import type { ReviewDetailAnswer } from './review-answer.js';

/** The newest case on an asset. */
export interface CaseOfAsset {
  readonly id: string;
  /** It is still to decide. */
  readonly open: boolean;
}

/** An asset in a list, with what was decided at first and what is decided in the end. Times are RFC 3339 in UTC. */
export interface ListedAsset {
  readonly id: string;
  /** The time that the list is by. */
  readonly at: string;
  readonly receivedAt: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly class: TrafficClass;
  /** The client's own name for it; null where it gave none, and once the asset is erased. */
  readonly externalId: string | null;
  readonly provisional: {
    readonly verdict: ProvisionalVerdict;
    readonly source: Source;
    readonly reasons: readonly Reason[];
  };
  /** The final decision in force; null while there is none. */
  readonly final: {
    readonly verdict: Verdict;
    readonly source: Source;
    readonly policyLabel: Finding | null;
    readonly reasons: readonly Reason[];
  } | null;
  /** In `reconciled` that of the reconciliation, in lists of cases that of the case, otherwise the asset's newest. */
  readonly transition: Transition | null;
  readonly served: boolean;
  /** For its final, or for another try. */
  readonly waiting: boolean;
  /** Its final was not there, or is not, by the time that it was promised for. */
  readonly late: boolean;
  readonly review: CaseOfAsset | null;
  /** The newest dead letter that is open. */
  readonly deadLetterId: number | null;
  readonly erased: boolean;
}

/** How many assets a list has. */
export interface AssetCount {
  readonly counted: number;
  /** There are more than were looked through: it is at least so many. */
  readonly more: boolean;
}

/** A page of a list. */
export interface AssetListPage {
  /** Fewer than were asked for, or none, where few are within the filter: what `next` leads to goes on looking. */
  readonly items: readonly ListedAsset[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
  /** Of the whole list; null on all pages but the first, and where counting took too long. */
  readonly count: AssetCount | null;
  /** From when on and until when the list is; null: without such a bound. */
  readonly since: string | null;
  readonly until: string | null;
}

/** An asset with everything that was decided about it, whether it has a case or not. */
export interface AssetDetailAnswer extends Pick<
  ReviewDetailAnswer,
  'asset' | 'assetId' | 'clientId' | 'clientName' | 'decisions' | 'scores' | 'rendition'
> {
  /** What its first decision and the one in force say against it. */
  readonly labels: readonly Finding[];
  /** Of the decision in force. */
  readonly standingRevision: number;
  readonly finalBy: string;
  readonly ifLate: LateDefault;
  readonly late: boolean;
  readonly waiting: boolean;
  readonly review: CaseOfAsset | null;
  readonly deadLetterId: number | null;
  readonly erased: boolean;
}
