/** The end of a service does not wait longer for what is left. */
const CLOSE_MS_MAX = 5_000;

export interface FlushingOptions {
  /** Writes what has changed. */
  readonly write: () => Promise<void>;
  /** It could not be written, and is kept for the next time. */
  readonly onError: (error: unknown) => void;
  /** From one time to the next. */
  readonly everyMs: number;
}

/** Has something written from time to time, one writing after the other, and once more in the end. */
export class Flushing {
  private readonly timer: NodeJS.Timeout;
  private last: Promise<void> = Promise.resolve();
  private underWay = 0;

  /** Writes from now on, again and again, until it is closed. */
  constructor(private readonly options: FlushingOptions) {
    this.timer = setInterval(() => {
      if (this.underWay === 0) void this.flush();
    }, options.everyMs);
    this.timer.unref();
  }

  /** Resolves when what has changed until now is written, or could not be. */
  flush(): Promise<void> {
    const { write, onError } = this.options;
    this.underWay += 1;
    this.last = this.last
      .then(write)
      .catch(onError)
      .finally(() => (this.underWay -= 1));
    return this.last;
  }

  /** Comes to an end: nothing is written any more but by `close`. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Writes what is left, if that is soon done. */
  async close(): Promise<void> {
    this.stop();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
  }
}
