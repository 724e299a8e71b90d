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

/** What may happen to bytes: those of all that a worker holds do not come, and come later. */
export type BytesStep =
  | {
      readonly do: 'bytes are late';
      readonly turn: number;
      /** Those of others come: it was a try. */
      readonly counts: boolean;
    }
  | { readonly do: 'bytes come' };

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
  | BytesStep
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
  | { readonly do: 'apply' | 'roll back' | 'undo' | 'erase'; readonly turn: number }
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

/** A verdict that came into force, and the campaign that said it. */
interface Word {
  readonly verdict: Verdict;
  readonly by: string | null;
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
  /** Somebody's, or without a token the time to which it is put off. */
  lease: { readonly token: string | null; live: boolean } | null = null;
  locked = false;
  erased = false;
  private isMarkedLate = false;
  /** All verdicts in force, but those that were taken back. */
  private readonly words: Word[];
  /** Campaigns that were rolled back. */
  private readonly takenBack = new Set<string>();
  /** What a human's decision took the place of. */
  private former: { readonly verdict: Verdict; readonly served: boolean; readonly letterOpen: boolean } | null = null;

  constructor(
    readonly id: string,
    public verdict: Verdict,
    private readonly late: { readonly ifLate: LateDefault; readonly overdue: boolean },
    readonly trafficClass: TrafficClass,
  ) {
    this.served = verdict === 'allow';
    this.words = [{ verdict, by: null }];
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
    this.words.push({ verdict, by: null });
    this.takeEffect(verdict);
    // a human looks at what the heavy tier itself blocked late
    this.inReview ||= asksAfterwards;
  }

  /** What a campaign says, while what it looked at still stands. */
  change(verdict: Verdict, by: string): void {
    this.words.push({ verdict, by });
    this.say(verdict);
  }

  /** A campaign is rolled back: what stands and is served without its word is so again. @returns whether anything is said again */
  takeBack(by: string): boolean {
    const before = this.counted;
    this.takenBack.add(by);
    const { last, served } = this.counted;
    if (this.locked || (last === before.last && served === before.served)) return false;
    // first what is served, where the verdict does not say it
    if (last?.verdict === 'review' && served !== this.served) this.say(served ? 'allow' : 'block');
    this.say(last?.verdict ?? 'review');
    return true;
  }

  private get counted(): { readonly last: Word | undefined; readonly served: boolean } {
    const words = this.words.filter(({ by }) => by === null || !this.takenBack.has(by));
    return { last: words.at(-1), served: words.findLast(({ verdict }) => verdict !== 'review')?.verdict === 'allow' };
  }

  private say(verdict: Verdict): void {
    this.revisions += 1;
    // the same block once more is not the human look that waits
    const stillAsks = this.inReview && this.verdict === 'block' && verdict === 'block';
    this.takeEffect(verdict);
    this.inReview ||= stillAsks;
  }

  /** The tries are used up: a human must look, unless one has. */
  die(): void {
    this.settle('review');
    this.letterOpen = true;
  }

  decide(verdict: ProvisionalVerdict): void {
    this.former = { verdict: this.verdict, served: this.served, letterOpen: this.letterOpen };
    this.revisions += 1;
    this.locked = true;
    this.letterOpen = false;
    this.words.push({ verdict, by: null });
    this.takeEffect(verdict);
  }

  /** A human's decision is taken back: what stood before stands again, as it was served, and a human has to look. */
  undo(): void {
    if (this.former === null) throw new Error('nobody has decided it');
    const { verdict, served, letterOpen } = this.former;
    this.revisions += 1;
    this.words.pop();
    const isSilent = verdict === 'review' && served !== this.served;
    this.transition = transitionOf(this.served, isSilent ? (served ? 'allow' : 'block') : verdict);
    this.standing = this.revisions;
    this.verdict = verdict;
    this.served = served;
    this.locked = false;
    this.inReview = true;
    this.letterOpen ||= letterOpen;
    this.former = null;
  }

  /** Nothing happens to it any more. */
  erase(): void {
    this.erased = true;
    this.pending = false;
    this.lease = null;
    this.inReview = false;
    this.letterOpen = false;
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
    this.words.push({ verdict: 'block', by: null });
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
