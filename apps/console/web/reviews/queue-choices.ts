import type { ClientName } from '#contracts/client-answer.js';
import type { ReviewAnswer } from '#contracts/review-answer.js';

import type { QueueFilter } from '../api/reviews.js';
import { inWords } from '../ui/times.js';

/** What stands in an address, and what it is called. */
export type Option = readonly [value: string, name: string];

const MINUTE_MS = 60_000;
const AGES_MIN = [15, 60, 240, 1_440];

/** For how long a case may have been open, in minutes: the usual ones, and the one that is chosen. */
export function ageOptions({ olderThanMs }: Pick<QueueFilter, 'olderThanMs'>): Option[] {
  const chosen = olderThanMs === undefined ? [] : [olderThanMs / MINUTE_MS];
  const all = [...new Set([...AGES_MIN, ...chosen])].sort((one, other) => one - other);
  return all.map((minutes) => [String(minutes), inWords(minutes * MINUTE_MS)]);
}

/** Those that are known, by name, and the one that is chosen. */
export function clientOptions(known: readonly ClientName[], { client }: Pick<QueueFilter, 'client'>): Option[] {
  const names = new Map(known.map(({ id, name }) => [id, name]));
  if (client !== undefined && !names.has(client)) names.set(client, 'this client');
  return [...names].sort(([, one], [, other]) => one.localeCompare(other));
}

/** Whose cases they are. */
export const clientsIn = (items: readonly Pick<ReviewAnswer, 'clientId' | 'clientName'>[]): ClientName[] =>
  items.map(({ clientId, clientName }) => ({ id: clientId, name: clientName }));

/** Oneself, and whomever the address names. */
export function assigneeOptions({ assignee }: Pick<QueueFilter, 'assignee'>, me: string): Option[] {
  const others: Option[] = assignee === undefined || assignee === me ? [] : [[assignee, assignee]];
  return [[me, 'me'], ...others];
}
