/** What a benchmark has to undo, whatever happens to it: processes, databases, folders. */
export class Cleanup {
  private readonly steps: (() => void | Promise<void>)[] = [];

  /** Undone before everything that was deferred earlier. */
  defer(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  /** Undoes everything, the newest first. @throws AggregateError after the last step, when some of them failed */
  async run(): Promise<void> {
    const faults: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, `not everything was tidied up: ${faults.join('; ')}`);
  }
}
