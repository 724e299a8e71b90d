/** Rests that end early when there is something to do. */
export class Sleeper {
  private wakeUp: (() => void) | undefined;
  private woken = false;
  private ended = false;

  /** Resolves after `ms`, when it is woken, or at once when that happened since the last rest. */
  async rest(ms: number): Promise<void> {
    if (!this.woken && !this.ended) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
    }
    this.wakeUp = undefined;
    this.woken = false;
  }

  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Ends this rest and every later one. */
  end(): void {
    this.ended = true;
    this.wakeUp?.();
  }
}
