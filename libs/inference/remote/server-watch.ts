import type { RemoteModel } from './remote-model.js';
import type { WaitingNotes } from './waiting-notes.js';

export interface WatchOptions {
  /** Between two looks. */
  readonly everyMs: number;
  /** Longest wait for an answer of one look. */
  readonly lookMsMax: number;
  /** Called when the server can be asked again. */
  readonly onReady: () => void;
  /** Told of each look that finds that it cannot. */
  readonly notes: Pick<WaitingNotes, 'late' | 'over'>;
}

/**
 * Knows whether a server can be asked: it looks again and again, and is told of broken connections. Each look asks what
 * it serves too: a model may be exchanged there, or another server may listen, between two looks.
 */
export class ServerWatch {
  private ready = false;
  private ended = false;
  private losses = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly model: Pick<RemoteModel, 'faults' | 'isReady'>,
    private readonly options: WatchOptions,
  ) {}

  get isReady(): boolean {
    return this.ready && !this.ended;
  }

  /** From the moment that the server was found to serve the model. */
  begin(): void {
    this.ready = true;
    this.options.notes.over();
    this.schedule();
  }

  /** A connection broke: nobody asks until the next look. */
  lost(): void {
    this.ready = false;
    this.losses += 1;
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.ended) return;
    this.timer = setTimeout(() => void this.look(), this.options.everyMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const { ready: wasReady, losses } = this;
    const late = await this.whyLate();
    // What was seen before a connection broke is old.
    this.ready = late === undefined && this.losses === losses;
    if (late !== undefined && !this.ended) this.options.notes.late(late);
    if (this.isReady && !wasReady) {
      this.options.notes.over();
      this.options.onReady();
    }
    this.schedule();
  }

  /** @returns in words why the server cannot be asked; undefined when it can */
  private async whyLate(): Promise<string | undefined> {
    const { lookMsMax } = this.options;
    try {
      if (!(await this.model.isReady(lookMsMax))) return 'the model is not ready';
      const faults = await this.model.faults(lookMsMax);
      return faults.length === 0 ? undefined : `it ${faults.join('; ')}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
