import type { RecordWhat } from '#moderation/campaigns/candidate.js';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict, Stage, TrafficClass, Transition, Verdict } from '#moderation/words.js';

/** What may happen to batches. */
export type BatchStep =
  | { readonly do: 'batch'; readonly items: number; readonly key: number | null }
  | { readonly do: 'take items'; readonly most: number }
  | {
      readonly do: 'hand in';
      readonly turn: number;
      /** `die`: the worker does after the upload, before it says so. */
      readonly how: 'accepted' | 'failed' | 'later' | 'die';
      readonly verdict: ProvisionalVerdict;
    }
  | { readonly do: 'lose items' | 'cancel batch'; readonly turn: number }
  | { readonly do: 'end batches' };

/** What may happen to the bell and the queue that holds it, and to workers that hear it. */
export type BellStep =
  | { readonly do: 'ring' | 'wipe queue' }
  | { readonly do: 'pull'; readonly most: number; readonly verdict: Verdict; readonly dies: boolean };

/** PostgreSQL is away in the middle of something, after so many pieces of what is said. */
export interface PauseStep {
  readonly do: 'pause PostgreSQL';
  readonly during: 'upload' | 'settle' | 'decide' | 'ring';
  readonly pieces: number;
  readonly ends: 'goes on' | 'is lost';
  readonly turn: number;
  readonly verdict: ProvisionalVerdict;
  readonly key: number;
}

/** What may happen to assets. `turn` chooses among what there is to choose from, 0 the newest. */
export type Step =
  | BatchStep
  | BellStep
  | PauseStep
  | { readonly do: 'write file'; readonly name: string }
  | { readonly do: 'ingest'; readonly verdict: ProvisionalVerdict; readonly diesAfter: number | null }
  | {
      readonly do: 'upload';
      readonly verdict: ProvisionalVerdict;
      readonly key: number | null;
      readonly ifLate: LateDefault;
      readonly overdue: boolean;
    }
  | { readonly do: 'lease'; readonly most: number }
  | { readonly do: 'settle'; readonly turn: number; readonly verdict: Verdict }
  | { readonly do: 'label'; readonly verdict: Verdict; readonly dies: boolean }
  | { readonly do: 'decide'; readonly turn: number; readonly verdict: ProvisionalVerdict }
  | { readonly do: 'campaign'; readonly verdict: Verdict; readonly record: RecordWhat }
  | { readonly do: 'apply' | 'roll back'; readonly turn: number }
  | { readonly do: 'die' | 'expire' | 'give back' | 'hand back' | 'resubmit' | 'discard'; readonly turn: number }
  | { readonly do: 'publish' | 'pass the promise' };

/** An asset as it has to be: what a client and a moderator see of it. */
export interface Seen {
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly served: boolean;
  readonly transition: Transition | null;
  readonly revisions: number;
  readonly pending: boolean;
  readonly inReview: boolean;
}

/** An asset as the model knows it: the rules of the product in a few lines, without a history to derive them from. */
export class ModelAsset {
  stage: Stage = 'provisional';
  transition: Transition | null = null;
  served: boolean;
  revisions = 1;
  /** The revision in force. */
  standing = 1;
  pending = true;
  inReview = false;
  attempts = 0;
  /** A dead letter that nobody has closed. */
  letterOpen = false;
  lease: { readonly token: string; live: boolean } | null = null;
  locked = false;
  private isMarkedLate = false;

  constructor(
    readonly id: string,
    public verdict: Verdict,
    private readonly late: { readonly ifLate: LateDefault; readonly overdue: boolean },
    readonly trafficClass: TrafficClass,
  ) {
    this.served = verdict === 'allow';
  }

  get seen(): Seen {
    const { stage, verdict, served, transition, revisions, pending, inReview } = this;
    return { stage, verdict, served, transition, revisions, pending, inReview };
  }

  get mayBeLeased(): boolean {
    return this.pending && this.lease?.live !== true;
  }

  leaseTo(token: string): void {
    this.lease = { token, live: true };
    this.attempts += 1;
  }

  /** What the machine says last; nothing, once a human has spoken. */
  settle(verdict: Verdict): void {
    this.pending = false;
    this.lease = null;
    this.revisions += 1;
    const asksAfterwards = this.served && verdict === 'block';
    if (this.locked) return;
    this.takeEffect(verdict);
    // a human looks at what the heavy tier itself blocked late
    this.inReview ||= asksAfterwards;
  }

  /** What a campaign says, while what it looked at still stands. */
  change(verdict: Verdict): void {
    this.revisions += 1;
    // the same block once more is not the human look that waits
    const stillAsks = this.inReview && this.verdict === 'block' && verdict === 'block';
    this.takeEffect(verdict);
    this.inReview ||= stillAsks;
  }

  /** What stood before a campaign comes into force again; first what was served then, where that verdict does not say it. */
  restore(verdict: Verdict, served: boolean): void {
    if (verdict === 'review' && served !== this.served) this.change(served ? 'allow' : 'block');
    this.change(verdict);
  }

  /** The tries are used up: a human must look, unless one has. */
  die(): void {
    this.settle('review');
    this.letterOpen = true;
  }

  decide(verdict: ProvisionalVerdict): void {
    this.revisions += 1;
    this.locked = true;
    this.letterOpen = false;
    this.takeEffect(verdict);
  }

  /** @returns what becomes of the letter */
  resubmit(): 'human_decided' | 'already_pending' | 'resubmitted' {
    if (this.locked) return 'human_decided';
    if (this.pending) return 'already_pending';
    this.letterOpen = false;
    this.pending = true;
    this.attempts = 0;
    // it had its final in its time
    this.isMarkedLate = true;
    return 'resubmitted';
  }

  passPromise(): void {
    const { ifLate, overdue } = this.late;
    if (!overdue || !this.pending || this.isMarkedLate) return;
    this.isMarkedLate = true;
    if (ifLate !== 'block' || !this.served) return;
    this.revisions += 1;
    this.standing = this.revisions;
    this.verdict = 'block';
    this.served = false;
  }

  private takeEffect(verdict: Verdict): void {
    this.transition = transitionOf(this.served, verdict);
    this.stage = 'final';
    this.standing = this.revisions;
    this.verdict = verdict;
    this.inReview = verdict === 'review';
    if (verdict !== 'review') this.served = verdict === 'allow';
  }
}

function transitionOf(served: boolean, verdict: Verdict): Transition {
  if (verdict === 'review') return 'needs_review';
  if (served) return verdict === 'allow' ? 'confirmed_allow' : 'late_block';
  return verdict === 'allow' ? 'late_release' : 'confirmed_block';
}

/** What it is the turn of, counted from the newest; undefined where there is nothing to choose from. */
export const pick = <T>(choices: readonly T[], turn: number): T | undefined => choices.at(-1 - (turn % choices.length));
