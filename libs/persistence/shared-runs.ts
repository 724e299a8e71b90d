/** Runs of one work, never two at the same time. Those who ask while one is under way share the next. */
export class SharedRuns {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  /** Resolves when a run has ended that began no sooner than this was called. @throws what the work throws */
  run(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.after(this.running);
    return this.next;
  }

  private async after(before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    this.next = undefined;
    return this.run();
  }

  private async begin(): Promise<void> {
    this.running = this.work();
    try {
      await this.running;
    } finally {
      this.running = undefined;
    }
  }
}
