import type { Finding, Label } from '#moderation/label.js';
import type { Thresholds } from '#moderation/policy.js';
import type { ReviewState, Tier, TrafficClass, Transition } from '#moderation/words.js';

import type { RevisionAnswer } from './asset-answer.js';
import type { MediaType } from './media-type.js';
import type { Degradation, ViewName } from './prepared-image.js';

/** A case in the moderators' list. Times are RFC 3339 in UTC. */
export interface ReviewAnswer {
  readonly id: string;
  readonly assetId: string;
  /** A case whose claim has run out is open. */
  readonly state: ReviewState;
  /** The tiers saw the asset differently. */
  readonly disagreement: boolean;
  /** How near the heavy scores came to another band, 0..1. */
  readonly margin: number;
  readonly transition: Transition | null;
  readonly served: boolean;
  readonly openedAt: string;
  /** Who holds the case, or who decided it. */
  readonly claimedBy: string | null;
  readonly claimExpiresAt: string | null;
  readonly revision: number;
}

export interface ReviewPage {
  readonly items: readonly ReviewAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
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

/** A case with everything that a moderator decides it by. */
export interface ReviewDetailAnswer extends ReviewAnswer {
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly asset: ReviewedAsset;
  /** First to newest. */
  readonly decisions: readonly ReviewRevision[];
  /** In the order of the decisions. */
  readonly scores: readonly TierScores[];
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

/** What a human decision came to. `revision` is the asset's. */
export interface DecidedAnswer {
  readonly revision: number;
  readonly transition: Transition;
  readonly served: boolean;
}
