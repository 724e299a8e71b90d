import type { Finding, Label } from '#moderation/label.js';
import type { Thresholds } from '#moderation/policy.js';
import type {
  CaseStep,
  Cause,
  ReviewState,
  Stage,
  Tier,
  TrafficClass,
  Transition,
  Verdict,
} from '#moderation/words.js';

import type { RevisionAnswer } from './asset-answer.js';
import type { MediaType } from './media-type.js';
import type { Degradation, ViewName } from './prepared-image.js';
import type { CaseTransition } from './review-query.js';

/**
 * Where a case is: `open`: free; `claimed`: somebody's claim runs; `held`: put off until `heldUntil`; `escalated`: a senior's
 * or an admin's to claim; `decided`, `withdrawn`: ended.
 */
export type CaseState = ReviewState | 'held' | 'escalated';

/** How a case stands to the time that it should be decided in. */
export interface SlaAnswer {
  /** `red`: it has passed; `amber`: less than a quarter of it is left. */
  readonly color: 'green' | 'amber' | 'red';
  readonly dueAt: string;
  /** Milliseconds that are left; negative: how long ago it passed. */
  readonly leftMs: number;
  /** The same in words, such as `due in 12 min`. */
  readonly text: string;
}

/** A case in the moderators' list. Times are RFC 3339 in UTC. */
export interface ReviewAnswer {
  readonly id: string;
  readonly assetId: string;
  /** A case whose claim has run out is open, or what it was before. */
  readonly state: CaseState;
  readonly clientId: string;
  readonly clientName: string;
  readonly class: TrafficClass;
  /** What the machine found against the asset. */
  readonly labels: readonly Finding[];
  /** What the machine's final changed, or would. */
  readonly change: CaseTransition;
  /** Milliseconds that a late block has been served for, also since the case opened; null for others. */
  readonly exposureMs: number | null;
  /** The tiers saw the asset differently. */
  readonly disagreement: boolean;
  /** How near the heavy scores came to another band, 0..1. */
  readonly margin: number;
  /** Of the asset's newest reconciliation. */
  readonly transition: Transition | null;
  readonly served: boolean;
  readonly openedAt: string;
  readonly sla: SlaAnswer;
  /** Who holds the case, or who decided it. */
  readonly claimedBy: string | null;
  readonly claimExpiresAt: string | null;
  readonly assignedTo: string | null;
  /** While it is put off. */
  readonly heldUntil: string | null;
  readonly heldBy: string | null;
  readonly escalatedBy: string | null;
  /** The caller has put it back: it comes behind the others for them. */
  readonly skipped: boolean;
  /** Of the case: it grows with each step. */
  readonly revision: number;
  /** The asset's newest: to be sent as `expectedRevision` with a decision. */
  readonly assetRevision: number;
}

/** Cases that are still to decide, by state, and by how they stand to their time. */
export interface QueueCounts {
  readonly open: number;
  readonly claimed: number;
  readonly held: number;
  readonly escalated: number;
  /** Claimed by the caller, or assigned to them. */
  readonly mine: number;
  readonly green: number;
  readonly amber: number;
  readonly red: number;
  /** Late blocks among them. */
  readonly lateBlocks: number;
  /** There are more cases than were counted: each number is at least so much. */
  readonly more: boolean;
}

export interface ReviewPage {
  readonly items: readonly ReviewAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
  /** Of the whole queue within the filters, whatever `state` is asked for. */
  readonly counts: QueueCounts;
  /** How long a case may be open: the setting `REVIEW_SLA_MINUTES`. */
  readonly slaMs: number;
}

/** What is judged, as far as it helps to judge it. Width and height in pixels; null where the fast tier could not look. */
export interface ReviewedAsset {
  readonly id: string;
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly class: TrafficClass;
  readonly mediaType: MediaType;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly frames: number | null;
  readonly degraded: readonly Degradation[];
  readonly receivedAt: string;
  readonly served: boolean;
}

/** A decision as moderators see it: with who took it, and what it changed. */
export interface ReviewRevision extends RevisionAnswer {
  /** For `POST /api/decisions/{id}/undo`. */
  readonly id: string;
  /** `undo`: it takes a human decision back; null for the ordinary ones. */
  readonly cause: Cause | null;
  /** It is a human's and stands: whoever took it, a senior or an admin may take it back. */
  readonly undoable: boolean;
  readonly modelId: string | null;
  readonly actor: string | null;
  readonly policyLabel: Finding | null;
  readonly note: string | null;
  /** Null for a provisional decision, and for a machine's after a human's. */
  readonly transition: Transition | null;
  readonly exposureMs: number | null;
  readonly wrongfulHoldMs: number | null;
}

/** One label's score beside the operating points it was held against; null for labels that decide nothing. */
export interface LabelWeighed {
  readonly label: Label;
  readonly score: number;
  readonly thresholds: Thresholds | null;
  /** The view that the score is of; null where a tier keeps no more than the worst. */
  readonly view: ViewName | null;
}

/** What one view of an asset was scored. */
export interface ViewWeighed {
  readonly view: ViewName;
  readonly labels: readonly { readonly label: Label; readonly score: number }[];
}

/** The scores behind a machine's decision, worst of all views, with the thresholds of the policy version that applied. */
export interface TierScores {
  readonly tier: Tier;
  readonly revision: number;
  readonly modelId: string;
  readonly policyVersion: number;
  readonly labels: readonly LabelWeighed[];
  /** Every view that was looked at; empty where a tier keeps no more than the worst scores. */
  readonly views: readonly ViewWeighed[];
}

/** A step of people on a case. */
export interface CaseStepAnswer {
  readonly at: string;
  readonly actor: string;
  readonly did: CaseStep;
  /** Why, in their words; null where none were asked for, and once the asset is erased. */
  readonly note: string | null;
  /** Whom it was assigned to; null for other steps. */
  readonly assignee: string | null;
  /** Until when it was claimed or put off; null for other steps. */
  readonly until: string | null;
}

/** Another asset that is told of beside a case. Of other clients' assets nothing that a client or an uploader wrote. */
export interface NeighbourAnswer {
  readonly id: string;
  /** Of the same client. */
  readonly sameClient: boolean;
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly receivedAt: string;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly served: boolean;
  readonly transition: Transition | null;
  /** What any decision found in it: what its picture may show. */
  readonly labels: readonly Finding[];
  /** Its newest case; null: it has none. */
  readonly reviewId: string | null;
}

/** An asset that looks like the one of the case. */
export interface LookalikeAnswer extends NeighbourAnswer {
  /** Bits of 256 that their PDQ hashes differ in; 31 at most. */
  readonly distance: number;
}

/** What looks like the asset, among the newest assets only. */
export interface LookalikesAnswer {
  /** The nearest first, 12 at most. */
  readonly items: readonly LookalikeAnswer[];
  /** How many assets were looked through; 0 where the asset has no PDQ hash that says anything. */
  readonly searched: number;
}

/** What the uploader of the asset sent before and after. */
export interface UploaderAnswer {
  /** The newest first, 20 at most, without the asset itself; empty where the client names no uploader. */
  readonly items: readonly NeighbourAnswer[];
  /** Of the newest 200. */
  readonly counts: { readonly assets: number; readonly blocked: number; readonly byHumans: number };
}

/** A case with everything that a moderator decides it by. */
export interface ReviewDetailAnswer extends ReviewAnswer {
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly asset: ReviewedAsset;
  /** First to newest. */
  readonly decisions: readonly ReviewRevision[];
  /** In the order of the decisions. */
  readonly scores: readonly TierScores[];
  /** First to newest, the newest 100. */
  readonly steps: readonly CaseStepAnswer[];
  readonly lookalikes: LookalikesAnswer;
  readonly uploader: UploaderAnswer;
  /** Of the picture to look at: add `frame` (0 …) and `size` (pixels of the longer side). Null once it is erased. */
  readonly rendition: string | null;
}

/** A claim that was taken or renewed. */
export interface ClaimAnswer {
  readonly id: string;
  readonly assetId: string;
  readonly state: 'claimed';
  readonly claimedBy: string;
  readonly claimExpiresAt: string;
  readonly revision: number;
}

/** How a case stands after a step: released, skipped, put off, escalated, assigned, returned. */
export interface CaseStepDone {
  readonly id: string;
  readonly assetId: string;
  readonly state: CaseState;
  readonly claimedBy: string | null;
  readonly assignedTo: string | null;
  readonly heldUntil: string | null;
  readonly revision: number;
}

/** What a human decision came to. `revision` is the asset's. */
export interface DecidedAnswer {
  /** For `POST /api/decisions/{id}/undo`. */
  readonly decisionId: string;
  readonly revision: number;
  readonly transition: Transition;
  readonly served: boolean;
}

/** What taking a decision back came to. The case is open again, and claimed by whoever did; by nobody (null) where they hold as many as may be. */
export interface UndoneAnswer {
  readonly reviewId: string;
  readonly assetId: string;
  /** The asset's, of the decision that stands again. */
  readonly revision: number;
  readonly verdict: Verdict;
  readonly transition: Transition;
  readonly served: boolean;
  readonly claimedBy: string | null;
  readonly claimExpiresAt: string | null;
}

/** A human's decision in the caller's history. */
export interface OwnDecisionAnswer {
  /** For `POST /api/decisions/{id}/undo`. */
  readonly id: string;
  readonly assetId: string;
  readonly reviewId: string | null;
  readonly revision: number;
  readonly verdict: Verdict;
  readonly policyLabel: Finding | null;
  /** What any decision found in the asset: what its picture may show. */
  readonly labels: readonly Finding[];
  readonly note: string | null;
  readonly decidedAt: string;
  /** Of a bulk decision, for `POST /api/bulk-decisions/{id}/undo`; null for others. */
  readonly bulkId: string | null;
  /** It stands, and nobody has taken it back. */
  readonly undoable: boolean;
}

export interface OwnDecisionPage {
  readonly items: readonly OwnDecisionAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** What `GET /api/live` sends as event `queue`: at once, and whenever it has changed. */
export interface LiveQueue {
  /** Nothing is `mine`: it is told to everybody alike. */
  readonly counts: QueueCounts;
  /** The case that comes first of all that are open; null: there is none. Read the queue again when it changes. */
  readonly head: string | null;
}
