import type { ReviewAnswer } from '#contracts/review-answer.js';

/** As much of a case as tells whether it is somebody's to take. */
type Queued = Pick<ReviewAnswer, 'id' | 'state' | 'claimedBy' | 'assignedTo' | 'skipped'>;

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
 * The case that somebody comes to after `id`: the next one in the order that is theirs to take, from the top where none is
 * left below. What they have put back comes behind all others. A case that has left the queue is followed by the first.
 *
 * @returns undefined: there is none
 */
export function nextCase<T extends Queued>(
  items: readonly T[],
  id: string,
  who: { readonly name: string; readonly isSenior: boolean },
): T | undefined {
  const at = items.findIndex((item) => item.id === id);
  const inTurn = [...items.slice(at + 1), ...items.slice(0, Math.max(0, at))].filter(
    (item) => item.state !== 'claimed' && isFor(item, who.name, who.isSenior),
  );
  return inTurn.find(({ skipped }) => !skipped) ?? inTurn[0];
}
