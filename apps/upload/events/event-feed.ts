import { setImmediate as turn } from 'node:timers/promises';

import { OperationalError } from '#contracts/errors.js';
import type { EventStreamStore, PlacedEvent } from '#persistence/event-stream-store.js';
import { PollLoop } from '#persistence/poll-loop.js';

import type { EventStream } from './event-stream.js';

export interface EventFeedOptions {
  /** Hears why a look failed; the next one begins as usual. */
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

const POLL_MS = 200;
/** Events of one look; while there are more the next one follows at once. */
const PAGE = 500;
/** Of them, those that are written at once: less than a reader may leave untaken, and what is written goes out in between. */
const SLICE = 50;
/** Of what a reader who comes back has missed. */
const MISSED_PAGE = 100;
/** Readers who come back may take so many connections to the database. */
const CATCH_UPS_MAX = 2;

/**
 * Reads what happens once for all streams of a process, however many there are, and hands it out. Where nobody reads
 * nothing is asked. When the database is late streams wait and miss nothing. A reader who is behind goes on by itself
 * until it is not; nobody waits for it.
 */
export class EventFeed {
  private readonly streams = new Set<EventStream>();
  /** Everything up to it was handed out; undefined while nobody reads. */
  private place: number | undefined;
  private joining = 0;
  private catchingUp = 0;
  private readonly turns: (() => void)[] = [];
  private readonly waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  private readonly loop: PollLoop;

  constructor(
    private readonly store: Pick<EventStreamStore, 'behind' | 'of'>,
    private readonly options: EventFeedOptions,
  ) {
    this.loop = new PollLoop(() => this.tryLook(), options.pollMs ?? POLL_MS);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    this.refuse(new OperationalError('the service ends'));
  }

  /**
   * Where a new reader begins who has read nothing: whatever comes afterwards is handed out.
   *
   * @throws DatabaseLate
   */
  async head(): Promise<number> {
    this.joining += 1;
    try {
      if (this.loop.isStopped) throw new OperationalError('the service ends');
      if (this.place === undefined) {
        const looked = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
        this.loop.wake();
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
      await stream.taken();
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
    while (!stream.offer(page)) await stream.taken();
    if (page.length < MISSED_PAGE) stream.place = upTo;
  }

  /** To all who follow. Who is behind follows again when it has taken what it was told. */
  private handOut(events: readonly PlacedEvent[]): void {
    for (const stream of this.streams) {
      if (stream.offer(events)) continue;
      this.streams.delete(stream);
      this.join(stream).catch((error: unknown) => {
        this.options.onError(error);
        stream.end();
      });
    }
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
    for (let from = 0; from < events.length; from += SLICE) {
      const slice = events.slice(from, from + SLICE);
      this.handOut(slice);
      // at once: who joins now begins behind what was handed out
      this.place = slice.at(-1)?.seq ?? head;
      await turn();
    }
    const isFull = events.length === PAGE;
    if (!isFull) this.place = Math.max(head, this.place ?? 0);
    for (const { resolve } of this.waiting.splice(0)) resolve();
    return isFull;
  }

  private tryLook(): Promise<boolean> {
    return this.look().catch((error: unknown) => {
      this.refuse(error);
      this.options.onError(error);
      return false;
    });
  }

  /** Those who wait for a look hear why there is none. */
  private refuse(why: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(why);
  }
}
