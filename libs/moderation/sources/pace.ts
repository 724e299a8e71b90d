/** Spreads starts evenly, so that no second has more than so many. */
export class Pace {
  private nextMs = -Infinity;

  /** @param perSecond null: as many as come */
  constructor(private readonly perSecond: number | null) {}

  /**
   * Takes the next place. Time that nobody used is not made up for.
   *
   * @param nowMs by a clock that only goes forward
   * @returns how long to wait for it, in milliseconds
   */
  take(nowMs: number): number {
    if (this.perSecond === null) return 0;
    const atMs = Math.max(nowMs, this.nextMs);
    this.nextMs = atMs + 1_000 / this.perSecond;
    return atMs - nowMs;
  }
}
