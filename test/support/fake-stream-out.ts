import type { PlacedEvent } from '#persistence/event-stream-store.js';
import type { StreamOut } from '../../apps/upload/events/event-stream.js';

/** The client of `placed` events. */
export const SHOP = 'shop';

/** A connection that keeps what is written to it. */
export class FakeOut implements StreamOut {
  text = '';
  /** Whether its reader takes what is written; `later`: once the writer lets it. */
  takes: boolean | 'later' = true;
  /** Bytes that were untaken at once, at the most. */
  most = 0;
  destroyed = false;
  private untaken = 0;
  private readonly listeners: [event: string, listener: () => void][] = [];

  get writableLength(): number {
    return this.untaken;
  }

  /** Of the events that were written, in order. */
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
  }

  write(text: string): boolean {
    this.text += text;
    if (this.takes === true) return true;
    if (this.takes === 'later' && this.untaken === 0) setImmediate(() => this.take());
    this.untaken += text.length;
    this.most = Math.max(this.most, this.untaken);
    return false;
  }

  /** Its reader takes everything now. */
  drain(): void {
    this.takes = true;
    this.take();
  }

  end(): void {
    this.tell('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.tell('close');
  }

  once(event: 'drain' | 'close', listener: () => void): void {
    this.listeners.push([event, listener]);
  }

  private take(): void {
    this.untaken = 0;
    this.tell('drain');
  }

  private tell(event: string): void {
    const mine = this.listeners.filter(([name]) => name === event);
    this.listeners.splice(0, Infinity, ...this.listeners.filter(([name]) => name !== event));
    for (const [, listener] of mine) listener();
  }
}

/** The event at a place, whose id is its number. */
export function placed(
  seq: number,
  differing: { clientId?: string; type?: 'asset.final' | 'asset.superseded'; data?: { note: string } } = {},
): PlacedEvent {
  const event: unknown = {
    id: String(seq),
    type: 'asset.final',
    timestamp: '2026-06-01T12:00:00.000Z',
    data: { note: 'a\nb' },
    seq,
    clientId: SHOP,
    ...differing,
  };
  return event as PlacedEvent;
}
