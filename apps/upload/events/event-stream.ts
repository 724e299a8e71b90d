import { payloadText } from '#contracts/event-payload.js';
import type { EventType } from '#moderation/events/event-types.js';
import { renewedId, type PlacedEvent } from '#persistence/event-stream-store.js';

/** As much of a connection as a stream needs. */
export interface StreamOut {
  write(text: string): boolean;
  /** Bytes that the reader has yet to take, as far as this process holds them. */
  readonly writableLength: number;
  end(): unknown;
  destroy(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Who reads, and what. */
export interface StreamReader {
  readonly clientId: string;
  readonly keyId: string;
  /** Undefined: all. */
  readonly types: readonly EventType[] | undefined;
}

/** What a reader may leave untaken before it is told more: some hundreds of events. A connection's own bound is lower. */
export const UNTAKEN_BYTES_MAX = 131_072;
/** How long a reader who is that far behind may take for it. */
export const TAKE_MS_MAX = 10_000;
const RETRY_MS = 2_000;
const END_MS_MAX = 500;

/** One client's connection: writes the events that are its own, each once and in order, and drops a reader who does not take them. */
export class EventStream {
  /** Why it was ended from this side; undefined while it was not. */
  endedBy: 'slow' | 'us' | undefined;
  isClosed = false;
  /** Of the last event of its client that lies before its place, told or not; where there is none, what it began with. */
  private last = '';
  /** What its reader comes back with. */
  private told = '';
  private stopWaiting: () => void = () => undefined;

  /** @param place everything up to it was taken, or is not asked for */
  constructor(
    readonly reader: StreamReader,
    private readonly out: StreamOut,
    public place: number,
  ) {
    out.once('close', () => {
      this.isClosed = true;
      this.stopWaiting();
    });
  }

  /** Tells the reader that it is heard from now on, when to come back if it is not, and behind which id. */
  open(id: string): void {
    this.last = id;
    this.told = id;
    this.write(`retry: ${RETRY_MS}\nid: ${id}\n\n`);
  }

  /**
   * Writes those of the events that lie behind its place and that its reader wants.
   *
   * @returns whether that was all of them; the rest can be offered again once its reader has taken what there is
   */
  offer(events: readonly PlacedEvent[]): boolean {
    for (const event of events) {
      if (event.seq <= this.place) continue;
      if (this.isBehind) return false;
      this.place = event.seq;
      if (event.clientId !== this.reader.clientId) continue;
      this.last = event.id;
      if (!this.wants(event)) continue;
      this.told = event.id;
      this.write(frameOf(event));
    }
    return true;
  }

  /**
   * A comment: proxies and readers see that the connection lives. Or the id to come back behind, where that has moved
   * without an event that its reader wants: an old one is not known for ever.
   */
  beat(nowMs: number): void {
    this.last = renewedId(this.last, nowMs);
    this.write(this.told === this.last ? ': \n\n' : `id: ${this.last}\n\n`);
    this.told = this.last;
  }

  /** Resolves at once unless the reader is far behind, else when it has taken everything; a reader who does not is dropped. */
  async taken(): Promise<void> {
    if (!this.isBehind) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.drop();
        resolve();
      }, TAKE_MS_MAX);
      this.stopWaiting = resolve;
      this.out.once('drain', resolve);
    });
    clearTimeout(timer);
  }

  end(): void {
    this.endedBy ??= 'us';
    this.isClosed = true;
    this.out.end();
    // a reader who does not take the rest does not keep the connection
    setTimeout(() => this.out.destroy(), END_MS_MAX).unref();
  }

  private wants({ type }: PlacedEvent): boolean {
    const { types } = this.reader;
    return types === undefined || types.some((one) => one === type);
  }

  /** Beyond the bound of the connection, so that it tells when all is taken. */
  private get isBehind(): boolean {
    return !this.isClosed && this.out.writableLength > UNTAKEN_BYTES_MAX;
  }

  private write(text: string): void {
    if (!this.isClosed) this.out.write(text);
  }

  private drop(): void {
    this.endedBy ??= 'slow';
    this.isClosed = true;
    this.out.destroy();
  }
}

/** Its id is that of the webhook, too: whoever listens to both sees that it is the same. */
const frameOf = (event: PlacedEvent): string =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${payloadText(event)}\n\n`;
