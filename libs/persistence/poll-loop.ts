/** Looks again and again until it is stopped, with a rest between two looks that whoever cannot wait may end. */
export class PollLoop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private woken = false;
  private endRest: () => void = () => undefined;

  /**
   * @param look never rejects; returns whether there may be more already, so that the next look follows at once
   * @param restMs between two looks
   */
  constructor(
    private readonly look: () => Promise<boolean>,
    private readonly restMs: number,
  ) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** The next look begins at once, or as soon as the one under way has ended. */
  wake(): void {
    this.woken = true;
    this.endRest();
  }

  /** Resolves when the look under way has ended; no further one begins. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endRest();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const more = await this.look();
      if (!more) await this.rest();
      this.woken = false;
    }
  }

  private async rest(): Promise<void> {
    if (this.stopped || this.woken) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endRest = resolve;
      timer = setTimeout(resolve, this.restMs);
    });
    clearTimeout(timer);
  }
}
