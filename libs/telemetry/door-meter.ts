import { steadyNowMs } from './steady-now.js';
import { DoorLedger, type DoorMinute } from './door-ledger.js';
import { Flushing } from './flushing.js';
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

/** Writes what happens at the door of an upload service into the database, minute by minute. */
export class DoorMeter {
  readonly ledger: DoorLedger;
  private readonly flushing: Flushing;

  /** Writes from now on, again and again, until it is closed. */
  constructor(private readonly options: DoorMeterOptions) {
    this.ledger = new DoorLedger(options.sloMs, steadyNowMs);
    this.flushing = new Flushing({
      write: () => this.writeChanged(),
      onError: (err) => options.log.warn({ err }, 'figures of the door could not be written; they are kept'),
      everyMs: FLUSH_MS,
    });
  }

  /** Writes what has changed. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    return this.flushing.flush();
  }

  /** Writes what is left, if the database takes it soon. */
  close(): Promise<void> {
    return this.flushing.close();
  }

  private async writeChanged(): Promise<void> {
    const minutes = this.ledger.changed();
    if (minutes.length === 0) return;
    await this.options.store.write(minutes);
    this.ledger.written(minutes);
  }
}
