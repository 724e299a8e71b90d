import type { ReviewAnswer } from '#contracts/review-answer.js';

import type { Moderator } from './moderator.js';
import { timed } from './timed.js';

/** Milliseconds, each from a decision that is sent. */
export interface SubmitMeasurements {
  /** Until the next case, whose answer and picture were read before, is one's own. */
  readonly aheadMs: readonly number[];
  /** Until the next case is read, its picture is there, and it is one's own: nothing was read before. */
  readonly unreadMs: readonly number[];
  /** What these are made of. */
  readonly parts: Readonly<Record<Part, readonly number[]>>;
}

type Part = 'decide' | 'claim' | 'read' | 'picture';

/** Decided first, and not counted. */
export const WARM_UP = 20;

/**
 * Decides cases in the order of the queue as the page does it, every other one with the next read ahead. Between two of
 * them the queue is read anew, as an open page does when it hears of a change.
 *
 * @param items counted of either kind
 */
export async function timeSubmits(
  who: Moderator,
  items: number,
  onProgress: (done: number, total: number) => void,
): Promise<SubmitMeasurements> {
  const parts: Record<Part, number[]> = { decide: [], claim: [], read: [], picture: [] };
  const part = async <T>(name: Part, work: Promise<T>): Promise<T> => {
    const { value, ms } = await timed(work);
    parts[name].push(ms);
    return value;
  };
  const read = ({ id, assetId }: ReviewAnswer): Promise<unknown> =>
    Promise.all([part('read', who.read(id)), part('picture', who.picture(assetId))]);
  const [aheadMs, unreadMs]: number[][] = [[], []];
  const total = 2 * items + WARM_UP;
  const decided = new Set<string>();
  let current = await nextOf(who, decided);
  await who.claim(current.id);
  for (let at = 0; at < total; at += 1) {
    decided.add(current.id);
    const next = await nextOf(who, decided);
    const isAhead = at % 2 === 0;
    if (isAhead) await read(next);
    if (at === WARM_UP) for (const values of Object.values(parts)) values.length = 0;
    const { id, assetRevision } = current;
    const { ms } = await timed(
      (async () => {
        await part('decide', who.decide(id, assetRevision));
        if (isAhead) return part('claim', who.claim(next.id));
        // the page draws the case, and with it asks for the claim and the picture, when it has read it
        await part('read', who.read(next.id));
        return Promise.all([part('claim', who.claim(next.id)), part('picture', who.picture(next.assetId))]);
      })(),
    );
    if (at >= WARM_UP) (isAhead ? aheadMs : unreadMs)?.push(ms);
    current = next;
    onProgress(at + 1, total);
  }
  return { aheadMs: aheadMs ?? [], unreadMs: unreadMs ?? [], parts };
}

/** The first of the queue that is free. */
async function nextOf(who: Moderator, decided: ReadonlySet<string>): Promise<ReviewAnswer> {
  const { items } = await who.queue();
  const next = items.find(({ id, state }) => state === 'open' && !decided.has(id));
  if (next === undefined) throw new Error('nothing is left to decide');
  return next;
}
