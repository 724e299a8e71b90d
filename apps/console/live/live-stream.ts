import type { Listener } from '#persistence/review-live-store.js';

/** As much of a connection as a stream needs. */
export interface StreamOut {
  write(text: string): boolean;
  /** Bytes that the reader has yet to take, as far as this process holds them. */
  readonly writableLength: number;
  end(): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** Before so much waits here, the buffers of both systems are full: a reader who is so far behind takes its time, or is gone. */
export const UNTAKEN_BYTES_MAX = 32_768;
const RETRY_MS = 2_000;
const END_MS_MAX = 500;

/**
 * One page that listens. It is told how things stand as fast as it takes that: what was so meanwhile it need not know. One
 * that takes nothing any more is dropped by what bounds all connections.
 */
export class LiveStream {
  private told = '';
  private isClosed = false;

  constructor(
    readonly who: Listener & { readonly holder: string },
    private readonly out: StreamOut,
    private readonly event: string,
  ) {
    out.once('close', () => {
      this.isClosed = true;
    });
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Writes how things stand, unless it is what was written last. @param text JSON without line ends */
  tell(text: string): void {
    if (text === this.told || this.isBehind) return;
    this.told = text;
    this.write(`event: ${this.event}\ndata: ${text}\n\n`);
  }

  /** A comment: proxies see that the connection lives. */
  beat(): void {
    if (!this.isBehind) this.write(': \n\n');
  }

  end(): void {
    this.isClosed = true;
    this.out.end();
    // a reader who does not take the rest does not keep the connection
    setTimeout(() => this.out.destroy(), END_MS_MAX).unref();
  }

  private get isBehind(): boolean {
    return this.out.writableLength > UNTAKEN_BYTES_MAX;
  }

  private write(text: string): void {
    if (!this.isClosed) this.out.write(text);
  }
}
