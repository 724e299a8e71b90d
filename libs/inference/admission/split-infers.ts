import type { TrafficClass } from '#moderation/words.js';
import type { Inferred } from '../classifier/call.js';

/** An inference request of more views than a batch, while its batches go one after another. */
interface Split {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
  /** Views of its later batches. */
  owed: number;
}

/** The inference requests that were let in whole and are worked on in parts. */
export class SplitInfers {
  private readonly inHand = new Set<Split>();

  /**
   * Views that were let in, neither wait nor are being worked on yet, and would go before those of an arrival: its client's
   * own, and of every other client, as clients go in turn, no more than its client then has.
   */
  owedBefore(clientId: string, views: number): number {
    const owed = new Map<string, number>();
    for (const split of this.inHand) owed.set(split.clientId, (owed.get(split.clientId) ?? 0) + split.owed);
    const own = owed.get(clientId) ?? 0;
    return [...owed].reduce((sum, [id, theirs]) => sum + (id === clientId ? own : Math.min(theirs, own + views)), 0);
  }

  get bulk(): number {
    return [...this.inHand].filter(({ trafficClass }) => trafficClass === 'bulk').length;
  }

  /** Does one part after another. @throws what the first part throws that fails */
  async each<Answer>(
    parts: readonly (readonly Uint8Array[])[],
    by: Pick<Split, 'clientId' | 'trafficClass'>,
    perform: (part: readonly Uint8Array[]) => Promise<Answer>,
  ): Promise<Answer[]> {
    const split: Split = { ...by, owed: parts.reduce((sum, { length }) => sum + length, 0) };
    if (parts.length > 1) this.inHand.add(split);
    const answers: Answer[] = [];
    try {
      for (const part of parts) {
        split.owed -= part.length;
        answers.push(await perform(part));
      }
      return answers;
    } finally {
      this.inHand.delete(split);
    }
  }
}

/** Parts of at most so many views; one empty part of none. */
export function partsOf(views: readonly Uint8Array[], sizeMax: number): (readonly Uint8Array[])[] {
  const count = Math.max(1, Math.ceil(views.length / sizeMax));
  return Array.from({ length: count }, (_, part) => views.slice(part * sizeMax, (part + 1) * sizeMax));
}

/** The answers to the parts as the answer to the whole. */
export const joined = (parts: readonly Inferred[]): Inferred => ({
  scores: parts.flatMap(({ scores }) => scores),
  queueMs: parts.reduce((sum, { queueMs }) => sum + queueMs, 0),
  inferenceMs: parts.reduce((sum, { inferenceMs }) => sum + inferenceMs, 0),
});
