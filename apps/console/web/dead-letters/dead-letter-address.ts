import type { DeadReason } from '#moderation/dead-letter.js';

import type { DeadLetterFilter } from '../api/dead-letters.js';
import { DEAD_REASONS, LETTER_STATES } from './dead-letter-words.js';

/** The filter that an address names; what it says wrongly is left out. */
export function filterOf(params: URLSearchParams): DeadLetterFilter {
  const reason = reasonOf(params.get('reason'));
  const since = params.get('since') ?? '';
  return {
    state: LETTER_STATES.find((one) => one === params.get('state')) ?? 'open',
    ...(reason === undefined ? {} : { reason }),
    ...(Number.isNaN(Date.parse(since)) ? {} : { since: new Date(since).toISOString() }),
  };
}

/** The address of the page with a filter. */
export function addressOf({ state, reason, since }: DeadLetterFilter): string {
  const set = Object.entries({ state: state === 'open' ? undefined : state, reason, since }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return set.length === 0 ? '/dead-letters' : `/dead-letters?${new URLSearchParams(set).toString()}`;
}

export const reasonOf = (text: string | null): DeadReason | undefined => DEAD_REASONS.find((one) => one === text);
