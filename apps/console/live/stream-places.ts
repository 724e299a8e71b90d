import { Problem } from '#contracts/problems.js';

/** Tabs and windows of one person in one process; browsers open six at most without HTTP/2. */
export const STREAMS_PER_PERSON_MAX = 12;
/** Of all, in one process. */
export const STREAMS_MAX = 500;

/** Places for streams of whatever kind: all kinds share them. */
export class StreamPlaces {
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** Whether one more may listen. @throws Problem `too-many-streams` */
  admit(holder: string): void {
    const own = this.taken.get(holder) ?? 0;
    if (own >= STREAMS_PER_PERSON_MAX || this.total >= STREAMS_MAX) throw tooMany(own);
  }

  /** Takes a place. @returns what gives it back, once */
  take(holder: string): () => void {
    this.add(holder, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.add(holder, -1);
      isOver = true;
    };
  }

  private add(holder: string, streams: number): void {
    const own = (this.taken.get(holder) ?? 0) + streams;
    this.total += streams;
    if (own === 0) this.taken.delete(holder);
    else this.taken.set(holder, own);
  }
}

export const tooMany = (own: number): Problem =>
  new Problem(
    'too-many-streams',
    own >= STREAMS_PER_PERSON_MAX
      ? `You have ${STREAMS_PER_PERSON_MAX} streams open already: close one, or share it among your tabs.`
      : 'The service holds as many streams as it may.',
  );
