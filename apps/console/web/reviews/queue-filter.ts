import type { CaseTransition, QueueState } from '#contracts/review-query.js';
import type { TrafficClass } from '#moderation/words.js';

import type { QueueFilter } from '../api/reviews.js';
import { CHANGE_NAMES, CLASS_NAMES, isFinding, QUEUE_STATE_NAMES } from '../words/words.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MINUTE_MS = 60_000;
const MINUTES_MAX = 5_000_000;
const NAME_CHARACTERS_MAX = 200;

/** The filter that an address names; what it says wrongly is left out. */
export function filterOf(params: URLSearchParams): QueueFilter {
  const [state, transition, label, klass] = ['state', 'transition', 'label', 'class'].map((name) => params.get(name));
  const [client, older, assignee] = ['client', 'older', 'assignee'].map((name) => params.get(name) ?? '');
  const minutes = Number(older === '' ? NaN : older);
  return {
    ...(isOf(QUEUE_STATE_NAMES, state) ? { state: state as QueueState } : {}),
    ...(isOf(CHANGE_NAMES, transition) ? { transition: transition as CaseTransition } : {}),
    ...(isFinding(label) ? { label } : {}),
    ...(isOf(CLASS_NAMES, klass) ? { class: klass as TrafficClass } : {}),
    ...(UUID.test(client ?? '') ? { client } : {}),
    ...(Number.isInteger(minutes) && minutes > 0 && minutes <= MINUTES_MAX ? { olderThanMs: minutes * MINUTE_MS } : {}),
    ...(assignee !== undefined && assignee !== '' && assignee.length <= NAME_CHARACTERS_MAX ? { assignee } : {}),
  };
}

/** The same filter as it stands in an address. */
export function paramsOf({ olderThanMs, ...others }: QueueFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(others)) if (value !== undefined) params.set(name, value);
  if (olderThanMs !== undefined) params.set('older', String(olderThanMs / MINUTE_MS));
  return params;
}

/** An address of the pages with a filter in it. */
export function addressOf(path: string, filter: QueueFilter): string {
  const query = paramsOf(filter).toString();
  return query === '' ? path : `${path}?${query}`;
}

const isOf = (names: Readonly<Record<string, string>>, value: string | null | undefined): boolean =>
  value !== null && value !== undefined && Object.hasOwn(names, value);
