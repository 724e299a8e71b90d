import type { OverviewWindow } from '#moderation/overview/windows.js';

import type { AssetFilter } from '../api/assets.js';
import { WINDOW_NAMES } from '../overview/window.js';
import { CLASS_NAMES, isFinding, TRANSITION_NAMES } from '../words/words.js';
import {
  DEFAULT_REASON_NAMES,
  LIST_NAMES,
  LISTS_OF_NOW,
  PROVISIONAL_NAMES,
  PROVISIONAL_SOURCE_NAMES,
  SEEN_BY_NAMES,
} from './asset-words.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** As the service takes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const DURATION = /^\d{1,12}$/;
const DURATION_MS_MAX = 315_360_000_000;

/** The filter that an address names; what it says wrongly is left out. */
export function filterOf(params: URLSearchParams): AssetFilter {
  const one = <Word extends string>(name: string, names: Readonly<Record<Word, unknown>>): Word | undefined =>
    wordOf(params.get(name), names);
  const label = params.get('label');
  const seenBy = one('seenBy', SEEN_BY_NAMES);
  const isAbout = isFinding(label);
  return set({
    list: one('list', LIST_NAMES),
    window: one<OverviewWindow>('window', WINDOW_NAMES),
    since: timeOf(params.get('since')),
    until: timeOf(params.get('until')),
    class: one('class', CLASS_NAMES),
    client: UUID.test(params.get('client') ?? '') ? (params.get('client') ?? undefined) : undefined,
    verdict: one('verdict', PROVISIONAL_NAMES),
    source: one('source', PROVISIONAL_SOURCE_NAMES),
    reason: one('reason', DEFAULT_REASON_NAMES),
    transition: one('transition', TRANSITION_NAMES),
    label: isAbout ? label : undefined,
    // what a tier found is a label
    seenBy: isAbout || seenBy === 'compared' ? seenBy : undefined,
    late: params.get('late') === 'true' ? true : params.get('late') === 'false' ? false : undefined,
    exposedFromMs: durationOf(params.get('exposedFromMs')),
    heldFromMs: durationOf(params.get('heldFromMs')),
  });
}

/** The same filter as it stands in an address. */
export function paramsOf(filter: AssetFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) params.set(name, String(value));
  return params;
}

/** The address of the list within a filter. */
export function addressOf(filter: AssetFilter): string {
  const query = paramsOf(filter).toString();
  return query === '' ? '/assets' : `/assets?${query}`;
}

/** The address of exactly what a number of the overview counts: within the times of its figures, unless it is of now. */
export function addressWithin(
  { since, until }: { readonly since: string; readonly until: string },
  filter: AssetFilter,
): string {
  const isOfNow = LISTS_OF_NOW.some((list) => list === filter.list);
  return addressOf(isOfNow ? filter : { ...filter, since, until });
}

function wordOf<Word extends string>(value: string | null, names: Readonly<Record<Word, unknown>>): Word | undefined {
  const words = Object.keys(names) as Word[];
  return words.find((word) => word === value);
}

function timeOf(value: string | null): string | undefined {
  return value !== null && TIME.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function durationOf(value: string | null): number | undefined {
  return value !== null && DURATION.test(value) && Number(value) <= DURATION_MS_MAX ? Number(value) : undefined;
}

type Unset = { readonly [Name in keyof AssetFilter]: AssetFilter[Name] | undefined };

/** Without what is not set. */
const set = (filter: Unset): AssetFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
