import { DEAD_LETTERS_CLOSED_MAX } from '#contracts/dead-letter.js';
import type { Closed, DeadLetterStore } from '#persistence/dead-letter-store.js';

/** Which letters: those named, or all open ones of a reason. */
export type Chosen = { readonly ids: readonly number[] } | { readonly reason: string };

/**
 * Closes dead letters by the hundred, each hundred wholly or not at all.
 *
 * @param to what to do with them
 * @param close closes some
 * @returns what became of each
 */
export async function closeAll<Outcome extends string>(
  deadLetters: Pick<DeadLetterStore, 'openOf'>,
  chosen: Chosen,
  to: 'resubmit' | 'discard',
  close: (ids: readonly number[]) => Promise<Closed<Outcome>[]>,
): Promise<Closed<Outcome>[]> {
  const done = new Map<number, Closed<Outcome>>();
  for (;;) {
    const ids = await next(deadLetters, chosen, to, done);
    if (ids.length === 0) return [...done.values()];
    for (const one of await close(ids)) done.set(one.id, one);
  }
}

/** Those that nothing was done about yet; of a reason none, when all that come first have been tried in vain. */
async function next(
  deadLetters: Pick<DeadLetterStore, 'openOf'>,
  chosen: Chosen,
  to: 'resubmit' | 'discard',
  done: ReadonlyMap<number, unknown>,
): Promise<number[]> {
  const undone = (ids: readonly number[]): number[] => ids.filter((id) => !done.has(id));
  if ('ids' in chosen) return undone(chosen.ids).slice(0, DEAD_LETTERS_CLOSED_MAX);
  return undone((await deadLetters.openOf(chosen.reason, to, DEAD_LETTERS_CLOSED_MAX)).ids);
}
