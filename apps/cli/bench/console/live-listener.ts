import { get, type IncomingMessage } from 'node:http';

import type { LiveQueue } from '#contracts/review-answer.js';

import type { Moderator } from './moderator.js';

/** What has not come by then does not come. */
const TOLD_MS_MAX = 30_000;

/** A page that listens to the queue, on a connection of its own. */
export class LiveListener {
  private text = '';
  private head: string | null | undefined;
  private readonly waiting: (() => void)[] = [];

  private constructor(private readonly stream: IncomingMessage) {
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => this.take(piece));
    // whoever waits hears of it by its time
    stream.on('error', () => undefined);
  }

  /** Resolves when it was told how the queue stands. @throws Error for everything that is no stream */
  static async open(who: Moderator): Promise<LiveListener> {
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${who.url}/api/live`, { headers: who.headers, agent: false }, resolve).on('error', reject);
    });
    if (stream.statusCode !== 200) throw new Error(`no stream: ${stream.statusCode ?? 0}`);
    const listener = new LiveListener(stream);
    await listener.toldOther(undefined);
    return listener;
  }

  /** When it is told of another case at the head of the queue than this one; at once where it was already. */
  async toldOther(head: string | undefined): Promise<number> {
    const untilMs = performance.now() + TOLD_MS_MAX;
    while (this.head === head) await this.piece(untilMs);
    return performance.now();
  }

  close(): void {
    this.stream.destroy();
  }

  private piece(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('a stream was not told of a change')),
        untilMs - performance.now(),
      );
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private take(piece: string): void {
    const events = (this.text + piece).split('\n\n');
    this.text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) this.head = (JSON.parse(data) as LiveQueue).head;
    }
    for (const tell of this.waiting.splice(0)) tell();
  }
}
