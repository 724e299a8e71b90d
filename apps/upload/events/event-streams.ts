import { Problem } from '#contracts/problems.js';
import type { EventStreamStore } from '#persistence/event-stream-store.js';
import type { StreamMetrics } from '#telemetry/stream-metrics.js';

import type { EventFeed } from './event-feed.js';
import { EventStream, type StreamOut, type StreamReader } from './event-stream.js';

export interface StreamsParts {
  readonly feed: EventFeed;
  readonly store: Pick<EventStreamStore, 'placeOf' | 'idBefore' | 'goodKeys'>;
  readonly metrics: Pick<StreamMetrics, 'opened' | 'ended'>;
  /** Hears why keys could not be looked up; the next look begins as usual. */
  readonly onError: (error: unknown) => void;
}

/** Where a stream begins. */
export interface Beginning {
  /** Everything up to it was taken, or is not asked for. */
  readonly place: number;
  /** `Last-Event-ID` of a reader who comes back before it was told anything. */
  readonly id: string;
}

export interface Admission extends Beginning {
  readonly release: () => void;
}

/** Of one client, in one process: a connection for each of its servers and some to spare. */
export const STREAMS_PER_CLIENT_MAX = 20;
/** Of all clients, in one process. */
export const STREAMS_MAX = 1_000;
const BEAT_MS = 15_000;
/** A stream lives this much longer than its key at most. */
const KEYS_MS = 2_000;

/** All streams of a process: as many as there may be, for as long as their keys are good. */
export class EventStreams {
  private readonly streams = new Set<EventStream>();
  /** Connections that are being opened, by client. */
  private readonly opening: string[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private isClosed = false;

  constructor(private readonly parts: StreamsParts) {}

  start(): void {
    const beat = (): void => {
      for (const stream of this.streams) stream.beat(Date.now());
    };
    const look = (): void => void this.lookAtKeys().catch(this.parts.onError);
    this.timers.push(setInterval(beat, BEAT_MS), setInterval(look, KEYS_MS));
  }

  /**
   * Finds out where a reader begins: behind the event that it had last, or with what happens from now on. The room is
   * its own until `release` is called.
   *
   * @throws Problem `too-many-streams`, `events-gone`
   */
  async admit({ clientId }: StreamReader, lastEventId: string | undefined): Promise<Admission> {
    const ofClient =
      this.opening.filter((one) => one === clientId).length +
      [...this.streams].filter(({ reader }) => reader.clientId === clientId).length;
    const all = this.opening.length + this.streams.size;
    if (this.isClosed || ofClient >= STREAMS_PER_CLIENT_MAX || all >= STREAMS_MAX) throw tooMany(ofClient);
    this.opening.push(clientId);
    const release = (): void => void this.opening.splice(this.opening.indexOf(clientId), 1);
    try {
      return { ...(await this.beginningOf(clientId, lastEventId)), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Holds a connection until either side ends it. */
  hold(reader: StreamReader, out: StreamOut, { place, id }: Beginning): void {
    const { feed, metrics } = this.parts;
    const stream = new EventStream(reader, out, place);
    this.streams.add(stream);
    metrics.opened();
    out.once('close', () => {
      this.streams.delete(stream);
      feed.leave(stream);
      metrics.ended(stream.endedBy ?? 'reader');
    });
    if (this.isClosed) {
      stream.end();
      return;
    }
    stream.open(id);
    feed.join(stream).catch((error: unknown) => {
      this.parts.onError(error);
      stream.end();
    });
  }

  /** Ends every stream at once. */
  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const stream of this.streams) stream.end();
  }

  private async beginningOf(clientId: string, lastEventId: string | undefined): Promise<Beginning> {
    const { feed, store } = this.parts;
    if (lastEventId === undefined) {
      const place = await feed.head();
      return { place, id: await store.idBefore(clientId, place) };
    }
    const place = await store.placeOf(clientId, lastEventId);
    if (place === undefined) throw gone();
    return { place, id: lastEventId };
  }

  private async lookAtKeys(): Promise<void> {
    const keys = [...new Set([...this.streams].map(({ reader }) => reader.keyId))];
    if (keys.length === 0) return;
    const good = new Set(await this.parts.store.goodKeys(keys));
    for (const stream of this.streams) {
      // one that was opened meanwhile is looked at the next time
      if (keys.includes(stream.reader.keyId) && !good.has(stream.reader.keyId)) stream.end();
    }
  }
}

const tooMany = (ofClient: number): Problem =>
  new Problem(
    'too-many-streams',
    ofClient >= STREAMS_PER_CLIENT_MAX
      ? `You have ${STREAMS_PER_CLIENT_MAX} streams open already: close one, or share it.`
      : 'The service holds as many streams as it may.',
  );

const gone = (): Problem =>
  new Problem(
    'events-gone',
    'There is no event with the id in Last-Event-ID (any more): read your assets anew, and come back without the header.',
  );
