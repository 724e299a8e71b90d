/** What a class that was turned away may save up of the others' time, so that one of it goes first when it comes again. */
const SAVED_MS_MAX = 100;
/** A class that has had more than its share pays for so much of it at the most: no picture shuts its class out for long. */
const DEBT_MS_MAX = 250;
/** Who was turned away wants to be looked at for so long. */
const WANTED_MS = 2_000;

/** Of what one was charged for when it went, what its class paid, and what it had out of turn. */
export interface Paid {
  readonly paidMs: number;
  readonly freeMs: number;
}

/**
 * The share of one class beside others that go first, in milliseconds of a process: while it wants something, for `ratio`
 * milliseconds of theirs it has one.
 */
export class ClassShare {
  /** What the others have had while this one wanted something, and for which it has had nothing yet. */
  private aheadMs = 0;
  private wantedUntilMs = -Infinity;
  /** What the last of it that was turned away would have taken. */
  private missedMs = 0;

  constructor(private readonly ratio: number) {}

  /** Whether it is this one's turn for so many milliseconds, though others wait. */
  isDue(ms: number): boolean {
    return this.aheadMs >= this.ratio * ms;
  }

  /** One of the class was turned away. */
  miss(ms: number, nowMs: number): void {
    this.wantedUntilMs = nowMs + WANTED_MS;
    this.missedMs = ms;
  }

  /**
   * The others have had something.
   *
   * @param waitingMs the most that one of this class waits for; undefined where none waits. It may wait for long because its
   *   client may not begin: more is not saved up than pays for it, or others of its class would then go first for as long
   * @returns what it was credited for that
   */
  credit(ms: number, waitingMs: number | undefined, nowMs: number): number {
    if (waitingMs === undefined && nowMs > this.wantedUntilMs) return 0;
    const before = this.aheadMs;
    const mostMs = this.ratio * Math.max(SAVED_MS_MAX, this.missedMs, waitingMs ?? 0);
    this.aheadMs = Math.max(before, Math.min(mostMs, before + ms));
    return this.aheadMs - before;
  }

  /** The others have had less than this class was credited for: it owes what it has spent of it. */
  takeBack(ms: number): void {
    this.aheadMs = Math.max(Math.min(this.aheadMs, -this.ratio * DEBT_MS_MAX), this.aheadMs - ms);
  }

  /** One of this class goes: in its turn it pays, out of turn nobody was there to pay. */
  go(ms: number): Paid {
    const before = this.aheadMs;
    this.aheadMs = Math.min(before, Math.max(0, before - this.ratio * ms));
    const paidMs = (before - this.aheadMs) / this.ratio;
    return { paidMs, freeMs: ms - paidMs };
  }

  /**
   * What went took more than it was charged for, or less: then it gets back what it paid for more than it took.
   *
   * @param othersWait while others wait it pays for more, too
   */
  correct(ms: number, { paidMs, freeMs }: Paid, othersWait: boolean): void {
    if (ms < 0) this.aheadMs += this.ratio * Math.min(Math.max(0, -ms - freeMs), paidMs);
    else if (othersWait) this.takeBack(this.ratio * ms);
  }

  copy(): ClassShare {
    const copy = new ClassShare(this.ratio);
    copy.aheadMs = this.aheadMs;
    copy.wantedUntilMs = this.wantedUntilMs;
    copy.missedMs = this.missedMs;
    return copy;
  }
}
