import { payloadText } from '#contracts/event-payload.js';
import type { EventType } from '#moderation/events/event-types.js';
import type { PlacedEvent } from '#persistence/event-stream-store.js';

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

/** What a reader may leave untaken: some hundreds of events. */
export const UNTAKEN_BYTES_MAX = 262_144;
/** How long a reader who comes back may take for a page of what it missed. */
const PAGE_MS_MAX = 10_000;
const RETRY_MS = 2_000;
const END_MS_MAX = 500;

/** One client's connection: writes the events that are its own, each once and in order, and drops a reader who does not take them. */
export class EventStream {
  /** Why it was ended from this side; undefined while it was not. */
  endedBy: 'slow' | 'us' | undefined;
  isClosed = false;

  /** @param place everything up to it was taken, or is not asked for */
  constructor(
    readonly reader: StreamReader,
    private readonly out: StreamOut,
    public place: number,
  ) {
    out.once('close', () => {
      this.isClosed = true;
    });
  }

  /** Tells the reader that it is heard from now on, and when to come back if it is not. */
  open(): void {
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Writes those of the events that lie behind its place and that its reader wants. */
  offer(events: readonly PlacedEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.place) continue;
      this.place = event.seq;
      if (this.wants(event)) this.write(frameOf(event));
    }
  }

  /** A comment: proxies and readers see that the connection lives. */
  beat(): void {
    this.write(': \n\n');
  }

  /** Resolves when the reader has taken what was written; a reader who does not within some seconds is dropped. */
  async taken(): Promise<void> {
    if (this.isClosed || this.out.writableLength === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.drop();
        resolve();
      }, PAGE_MS_MAX);
      this.out.once('drain', resolve);
      this.out.once('close', resolve);
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

  private wants({ clientId, type }: PlacedEvent): boolean {
    const { types } = this.reader;
    return clientId === this.reader.clientId && (types === undefined || types.some((one) => one === type));
  }

  private write(text: string): void {
    if (this.isClosed) return;
    this.out.write(text);
    if (this.out.writableLength > UNTAKEN_BYTES_MAX) this.drop();
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
