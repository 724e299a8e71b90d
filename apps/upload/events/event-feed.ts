import { OperationalError } from '#contracts/errors.js';
import type { EventStreamStore } from '#persistence/event-stream-store.js';

import type { EventStream } from './event-stream.js';

export interface EventFeedOptions {
  /** Hears why a look failed; the next one begins as usual. */
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

const POLL_MS = 200;
/** Events of one look; while there are more the next one follows at once. */
const PAGE = 500;
/** Of what a reader who comes back has missed. */
const MISSED_PAGE = 100;
/** Readers who come back may take so many connections to the database. */
const CATCH_UPS_MAX = 2;

/**
 * Reads what happens once for all streams of a process, however many there are, and hands it out. Where nobody reads
 * nothing is asked. When the database is late streams wait and miss nothing.
 */
export class EventFeed {
  private readonly streams = new Set<EventStream>();
  /** Everything up to it was handed out; undefined while nobody reads. */
  private place: number | undefined;
  private joining = 0;
  private catchingUp = 0;
  private readonly turns: (() => void)[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly store: Pick<EventStreamStore, 'behind' | 'of'>,
    private readonly options: EventFeedOptions,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  /**
   * Where a new reader begins who has read nothing: whatever comes afterwards is handed out.
   *
   * @throws DatabaseLate
   */
  async head(): Promise<number> {
    this.joining += 1;
    try {
      if (this.stopped) throw new OperationalError('the service ends');
      if (this.place === undefined) {
        const looked = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
        this.wake();
        await looked;
      }
      return this.place ?? 0;
    } finally {
      this.joining -= 1;
    }
  }

  /**
   * Lets a stream take part: first what it has missed behind its place, then what happens. Between the two nothing is
   * missed and nothing comes twice.
   *
   * @throws DatabaseLate; the reader comes back with the id that it had last
   */
  async join(stream: EventStream): Promise<void> {
    this.joining += 1;
    try {
      await this.head();
      while (!stream.isClosed) {
        const upTo = this.place ?? 0;
        if (stream.place >= upTo) {
          // at once: between the look at the place and this nothing is handed out
          this.streams.add(stream);
          return;
        }
        await this.catchUp(stream, upTo);
      }
    } finally {
      this.joining -= 1;
    }
  }

  leave(stream: EventStream): void {
    this.streams.delete(stream);
  }

  /** Hands a stream the next page of what it has missed. */
  private async catchUp(stream: EventStream, upTo: number): Promise<void> {
    const span = { after: stream.place, upTo };
    const page = await this.inTurn(() => this.store.of(stream.reader.clientId, span, MISSED_PAGE));
    stream.offer(page);
    if (page.length < MISSED_PAGE) stream.place = upTo;
    else await stream.taken();
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.catchingUp < CATCH_UPS_MAX) this.catchingUp += 1;
    else await new Promise<void>((resolve) => this.turns.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.turns.shift();
      if (next === undefined) this.catchingUp -= 1;
      else next();
    }
  }

  /** @returns whether there may be more already */
  private async look(): Promise<boolean> {
    if (this.streams.size + this.joining === 0) {
      this.place = undefined;
      return false;
    }
    const { events, head } = await this.store.behind(this.place ?? 0, this.place === undefined ? 0 : PAGE);
    for (const stream of this.streams) stream.offer(events);
    const isFull = events.length === PAGE;
    this.place = isFull ? (events.at(-1)?.seq ?? head) : Math.max(head, this.place ?? 0);
    for (const { resolve } of this.waiting.splice(0)) resolve();
    return isFull;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const more = await this.look().catch((error: unknown) => {
        for (const { reject } of this.waiting.splice(0)) reject(error);
        this.options.onError(error);
        return false;
      });
      if (!more) await this.rest();
    }
    for (const { reject } of this.waiting.splice(0)) reject(new OperationalError('the service ends'));
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(this.timer);
        resolve();
      };
      this.timer = setTimeout(resolve, this.options.pollMs ?? POLL_MS);
      if (this.stopped) this.wake();
    });
  }
}
