import { steadyNowMs } from './steady-now.js';
import { DoorLedger, type DoorMinute } from './door-ledger.js';
import type { Logger } from './logger.js';

export interface DoorMeterOptions {
  /** The SLO of a provisional decision, in milliseconds. */
  readonly sloMs: number;
  /** Keeps what minutes amount to so far; the same minute may come again, with more. */
  readonly store: { write(minutes: readonly DoorMinute[]): Promise<void> };
  readonly log: Pick<Logger, 'warn'>;
}

/** What `kill -9` loses at most, and how old figures of the door are at most. */
const FLUSH_MS = 5_000;
/** The end of a service does not wait longer for its last minutes. */
const CLOSE_MS_MAX = 5_000;

/** Writes what happens at the door of an upload service into the database, minute by minute. */
export class DoorMeter {
  readonly ledger: DoorLedger;
  private readonly timer: NodeJS.Timeout;
  private last: Promise<void> = Promise.resolve();
  private underWay = 0;

  /** Writes from now on, again and again, until it is closed. */
  constructor(private readonly options: DoorMeterOptions) {
    this.ledger = new DoorLedger(options.sloMs, steadyNowMs);
    this.timer = setInterval(() => {
      if (this.underWay === 0) void this.flush();
    }, FLUSH_MS);
    this.timer.unref();
  }

  /** Writes what has changed. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    this.underWay += 1;
    this.last = this.last
      .then(() => this.writeChanged())
      .catch((err: unknown) =>
        this.options.log.warn({ err }, 'figures of the door could not be written; they are kept'),
      )
      .finally(() => (this.underWay -= 1));
    return this.last;
  }

  /** Writes what is left, if the database takes it soon. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
  }

  private async writeChanged(): Promise<void> {
    const minutes = this.ledger.changed();
    if (minutes.length === 0) return;
    await this.options.store.write(minutes);
    this.ledger.written(minutes);
  }
}
