import type { Finding } from '../label.js';
import type { Band, Tier, Transition, Verdict } from '../words.js';

/** What a policy made of a tier's look. `label` is the first in the worst band; null where none is worse than clear. */
export interface ReplayOutcome {
  readonly verdict: Verdict;
  /** Null where there were no scores. */
  readonly band: Band | null;
  readonly label: Finding | null;
}

/** How many assets a policy takes from one outcome to another, in one tier. */
export interface ReplayChange {
  readonly tier: Tier;
  readonly from: ReplayOutcome;
  readonly to: ReplayOutcome;
  readonly count: number;
  /** Of all that the tier judged, 0..1. */
  readonly share: number;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;
export type TransitionCounts = Readonly<Record<Transition, number>>;

/** What one policy makes of everything. */
export interface ReplayTotals {
  readonly provisional: VerdictCounts;
  readonly final: VerdictCounts;
  /** Of what has a final: what it did to the provisional verdict. */
  readonly transitions: TransitionCounts;
  /** Of `needs_review`, those that a transition rule held back. */
  readonly held: number;
}

/** An asset that the policy changes much. */
export interface AffectedAsset {
  readonly assetId: string;
  readonly tier: Tier;
  readonly from: ReplayOutcome;
  readonly to: ReplayOutcome;
  /** Of the label that the change is about; null where there is none. */
  readonly score: number | null;
  /** A person has decided: this very asset stays as it is. */
  readonly humanDecided: boolean;
  /** How much it is affected: what becomes of it first, then how far the score lies behind the operating point. */
  readonly weight: number;
}

/** What would have been otherwise. */
export interface ReplayResult {
  readonly assets: number;
  /** Assets whose final, or else whose provisional, verdict would be another. */
  readonly changed: number;
  /** Of these, those a person has decided. */
  readonly changedHumanDecided: number;
  /** How many each tier judged. */
  readonly judged: Readonly<Record<Tier, number>>;
  readonly before: ReplayTotals;
  readonly after: ReplayTotals;
  /** Every change of outcome, the most frequent first. */
  readonly changes: readonly ReplayChange[];
  /** The most affected first. */
  readonly affected: readonly AffectedAsset[];
}
