import { repeat, type Wakeable } from './repeat.js';

/** Looks again and again until it is stopped, with a rest between two looks that whoever cannot wait may end. */
export class PollLoop {
  private loop: Wakeable | undefined;
  private stopped = false;

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
    if (!this.stopped) this.loop ??= repeat(async () => ((await this.look()) ? 0 : this.restMs), rethrow);
  }

  /** The next look begins at once, or as soon as the one under way has ended. */
  wake(): void {
    this.loop?.wake();
  }

  /** Resolves when the look under way has ended; no further one begins. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop?.stop();
  }
}

const rethrow = (error: unknown): never => {
  throw error;
};
