import { Problem } from '#contracts/problems.js';
import type { LiveQueue as QueueState } from '#contracts/review-answer.js';
import { PollLoop } from '#persistence/poll-loop.js';
import type { Listener } from '#persistence/review-live-store.js';

import { LiveStream, type StreamOut } from './live-stream.js';

/** Tabs and windows of one person in one process; browsers open six at most without HTTP/2. */
export const STREAMS_PER_PERSON_MAX = 12;
/** Of all, in one process. */
export const STREAMS_MAX = 500;
const POLL_MS = 1_000;
const BEAT_MS = 15_000;

export interface LiveParts {
  /** How the queue stands. */
  readonly look: () => Promise<QueueState>;
  /** Of these sessions and keys, those that work. */
  readonly listeners: (ids: readonly string[]) => Promise<readonly Listener[]>;
  /** Hears why a look failed; the next one begins as usual. */
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

/**
 * Looks at the queue once for all who listen, and tells them when it has changed. While nobody does nothing is asked. Whoever
 * is signed out or given another role hears no more after the next look.
 */
export class LiveQueue {
  private readonly streams = new Set<LiveStream>();
  private state: string | undefined;
  private isClosed = false;
  private beats: NodeJS.Timeout | undefined;
  private readonly loop: PollLoop;

  constructor(private readonly parts: LiveParts) {
    this.loop = new PollLoop(() => this.tryLook(), parts.pollMs ?? POLL_MS);
  }

  start(): void {
    this.loop.start();
    this.beats = setInterval(() => {
      for (const stream of this.streams) stream.beat();
    }, BEAT_MS);
  }

  /** Whether one more may listen. @throws Problem `too-many-streams` */
  admit(holder: string): void {
    const own = [...this.streams].filter(({ who }) => who.holder === holder).length;
    if (this.isClosed || own >= STREAMS_PER_PERSON_MAX || this.streams.size >= STREAMS_MAX) throw tooMany(own);
  }

  /** Holds a connection until either side ends it. */
  hold(who: LiveStream['who'], out: StreamOut): void {
    const stream = new LiveStream(who, out);
    this.streams.add(stream);
    out.once('close', () => this.streams.delete(stream));
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

const tooMany = (own: number): Problem =>
  new Problem(
    'too-many-streams',
    own >= STREAMS_PER_PERSON_MAX
      ? `You have ${STREAMS_PER_PERSON_MAX} streams open already: close one, or share it among your tabs.`
      : 'The service holds as many streams as it may.',
  );
