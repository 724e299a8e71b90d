/** What a class that was turned away may save up of the others' time, so that one of it goes first when it comes again. */
const SAVED_MS_MAX = 100;
/** A class that has had more than its share pays for so much of it at the most: no picture shuts its class out for long. */
const DEBT_MS_MAX = 250;
/** Who was turned away wants to be looked at for so long. */
const WANTED_MS = 2_000;

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

  /** The others have had something, or less than was thought. @param waits whether one of this class waits */
  others(ms: number, waits: boolean, nowMs: number): void {
    if (!waits && nowMs > this.wantedUntilMs) return;
    const mostMs = waits ? Infinity : this.ratio * Math.max(SAVED_MS_MAX, this.missedMs);
    this.aheadMs =
      ms < 0
        ? Math.max(Math.min(this.aheadMs, 0), this.aheadMs + ms)
        : Math.max(this.aheadMs, Math.min(mostMs, this.aheadMs + ms));
  }

  /** One of this class goes: in its turn it pays, out of turn nobody was there to pay. @returns what it paid */
  go(ms: number): number {
    const before = this.aheadMs;
    this.aheadMs = Math.min(before, Math.max(0, before - this.ratio * ms));
    return (before - this.aheadMs) / this.ratio;
  }

  /** What went took more than was expected, or less. @param othersWait while others wait it pays for more, too */
  correct(ms: number, paidMs: number, othersWait: boolean): void {
    if (ms < 0) this.aheadMs += this.ratio * Math.min(-ms, paidMs);
    else if (othersWait) {
      this.aheadMs = Math.max(Math.min(this.aheadMs, -this.ratio * DEBT_MS_MAX), this.aheadMs - this.ratio * ms);
    }
  }

  copy(): ClassShare {
    const copy = new ClassShare(this.ratio);
    copy.aheadMs = this.aheadMs;
    copy.wantedUntilMs = this.wantedUntilMs;
    copy.missedMs = this.missedMs;
    return copy;
  }
}
