/** When each of some processes is free, while work goes to whichever is free first. */
export class FreeTimes {
  private readonly inMs: number[];

  /** @param residualsMs how long each takes yet; one at least */
  constructor(residualsMs: readonly number[]) {
    this.inMs = [...residualsMs];
  }

  /** The one that is free first takes something. */
  take(ms: number): void {
    const { firstMs } = this;
    this.inMs[this.inMs.indexOf(firstMs)] = firstMs + ms;
  }

  /** Until the first is free. */
  get firstMs(): number {
    return Math.min(...this.inMs);
  }

  get all(): readonly number[] {
    return this.inMs;
  }
}
