import type { ReviewAnswer } from '#contracts/review-answer.js';
import type { NextState } from '#contracts/review-work.js';

import type { QueueFilter } from '../api/reviews.js';
import type { QueuePlace } from './queue-place.js';

/** As much of a case as tells whether it is somebody's to take. */
type Queued = Pick<ReviewAnswer, 'id' | 'state' | 'claimedBy' | 'assignedTo' | 'skipped'>;

interface Person {
  readonly name: string;
  readonly isSenior: boolean;
}

/** Where somebody comes to from a case. */
export type Onward<T> =
  | { readonly to: 'case'; readonly item: T }
  /** To one of those that have not been read yet. */
  | { readonly to: 'more' }
  /** Nothing that was read is theirs to take. */
  | { readonly to: 'none' };

/** Whether a case is somebody's to take without asking for more. */
export function isFor(
  { state, claimedBy, assignedTo }: Omit<Queued, 'id' | 'skipped'>,
  name: string,
  isSenior: boolean,
): boolean {
  if (state === 'claimed') return claimedBy === name;
  if (state === 'escalated') return isSenior;
  return state === 'open' && (assignedTo === null || assignedTo === name);
}

/**
 * Where what follows a case begins. One that has left the list is followed by what followed it; one that was never in it,
 * by the first.
 *
 * @param last where somebody was last
 * @returns an index of `items`, or their number
 */
export function behind(items: readonly Pick<Queued, 'id'>[], id: string, last: QueuePlace | undefined): number {
  const at = items.findIndex((item) => item.id === id);
  if (at !== -1) return at + 1;
  return last?.id === id ? Math.min(last.index, items.length) : 0;
}

/** What comes from an index on and is somebody's to take, without what they have put back. */
export const ahead = <T extends Queued>(items: readonly T[], from: number, who: Person): T[] =>
  items.slice(from).filter((item) => isNextFor(item, who) && !item.skipped);

/**
 * The case that somebody comes to after `id`: the next one in the order that is theirs to take, also behind the part that
 * has been read, and from the top only where none is left below. What they have put back comes behind all others.
 *
 * @param from as `behind` has it
 * @param mayRead there is more to read, and it is worth it
 */
export function onwardFrom<T extends Queued>(
  items: readonly T[],
  { id, from }: { readonly id: string; readonly from: number },
  who: Person,
  mayRead: boolean,
): Onward<T> {
  const [below] = ahead(items, from, who);
  if (below !== undefined) return { to: 'case', item: below };
  if (mayRead) return { to: 'more' };
  const others = [...items.slice(from), ...items.slice(0, from)];
  const inTurn = others.filter((item) => item.id !== id && isNextFor(item, who));
  const item = inTurn.find(({ skipped }) => !skipped) ?? inTurn[0];
  return item === undefined ? { to: 'none' } : { to: 'case', item };
}

const isNextFor = (item: Queued, { name, isSenior }: Person): boolean =>
  item.state !== 'claimed' && isFor(item, name, isSenior);

/** The parts of the queue that the next case may come from, in turn: nobody takes what is claimed or put off. */
export function partsToAsk({ state }: Pick<QueueFilter, 'state'>, isSenior: boolean): readonly NextState[] {
  if (state === undefined) return isSenior ? ['open', 'escalated'] : ['open'];
  return state === 'claimed' || state === 'held' ? [] : [state];
}
