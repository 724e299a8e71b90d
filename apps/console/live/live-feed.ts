import { PollLoop } from '#persistence/poll-loop.js';
import type { Listener } from '#persistence/review-live-store.js';

import { LiveStream, type StreamOut } from './live-stream.js';
import { tooMany, type StreamPlaces } from './stream-places.js';

const BEAT_MS = 15_000;

export interface FeedParts {
  /** What its events are called. */
  readonly event: string;
  readonly pollMs: number;
  readonly places: StreamPlaces;
  /** What is told: JSON can be made of it. */
  readonly look: () => Promise<unknown>;
  /** Of these sessions and keys, those that work. */
  readonly listeners: (ids: readonly string[]) => Promise<readonly Listener[]>;
  /** Hears why a look failed; the next one begins as usual. */
  readonly onError: (error: unknown) => void;
}

/**
 * Looks at something once for all who listen, and tells them when it has changed. While nobody does nothing is asked.
 * Whoever is signed out or given another role hears no more after the next look.
 */
export class LiveFeed {
  private readonly streams = new Set<LiveStream>();
  private state: string | undefined;
  private isClosed = false;
  private beats: NodeJS.Timeout | undefined;
  private readonly loop: PollLoop;

  constructor(private readonly parts: FeedParts) {
    this.loop = new PollLoop(() => this.tryLook(), parts.pollMs);
  }

  start(): void {
    this.loop.start();
    this.beats = setInterval(() => {
      for (const stream of this.streams) stream.beat();
    }, BEAT_MS);
  }

  /** Whether one more may listen. @throws Problem `too-many-streams` */
  admit(holder: string): void {
    if (this.isClosed) throw tooMany(0);
    this.parts.places.admit(holder);
  }

  /** Holds a connection until either side ends it. */
  hold(who: LiveStream['who'], out: StreamOut): void {
    const stream = new LiveStream(who, out, this.parts.event);
    const leave = this.parts.places.take(who.holder);
    this.streams.add(stream);
    out.once('close', () => {
      this.streams.delete(stream);
      leave();
    });
    if (this.isClosed) stream.end();
    else if (this.state !== undefined && this.streams.size > 1) stream.tell(this.state);
    this.loop.wake();
  }

  /** Ends every stream at once. */
  async stop(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.beats);
    for (const stream of this.streams) stream.end();
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    if (this.streams.size === 0) return;
    const ids = [...new Set([...this.streams].map(({ who }) => who.id))];
    const working = new Map((await this.parts.listeners(ids)).map(({ id, role }) => [id, role]));
    this.state = JSON.stringify(await this.parts.look());
    for (const stream of this.streams) {
      // one that was opened meanwhile is looked at the next time
      if (ids.includes(stream.who.id) && working.get(stream.who.id) !== stream.who.role) stream.end();
      else stream.tell(this.state);
    }
  }

  private async tryLook(): Promise<boolean> {
    await this.look().catch(this.parts.onError);
    return false;
  }
}
