import type { Finding } from '#moderation/label.js';
import type { Tier } from '#moderation/words.js';

import { FINDINGS, isFinding } from '../words/words.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const NAME_CHARACTERS_MAX = 200;
const DAY_MS = 86_400_000;
/** As many as the service takes. */
const DAYS_MAX = 366;
export const DAYS_USUAL = 7;

/** What the page shows, as it stands in the address. */
export interface Shown {
  /** The draft that is tuned; undefined: what is live. */
  readonly draft: string | undefined;
  readonly label: Finding;
  readonly tier: Tier;
  readonly window: ChosenWindow;
  /** A client's name; undefined: all of them. */
  readonly client: string | undefined;
}

/** The last so many days, or from one day to another, both included, where the person is. */
export type ChosenWindow = { readonly days: number } | { readonly from: string; readonly to: string };

/** What an address names; what it says wrongly is left out. */
export function shownOf(params: URLSearchParams): Shown {
  const [draft, label, client] = ['draft', 'label', 'client'].map((name) => params.get(name) ?? '');
  return {
    draft: draft !== undefined && UUID.test(draft) ? draft : undefined,
    label: isFinding(label) ? label : (FINDINGS[0] ?? 'sexual.explicit'),
    tier: params.get('tier') === 'heavy' ? 'heavy' : 'fast',
    window: windowOf(params),
    client: client !== undefined && client !== '' && client.length <= NAME_CHARACTERS_MAX ? client : undefined,
  };
}

function windowOf(params: URLSearchParams): ChosenWindow {
  const [from, to, days] = [params.get('from') ?? '', params.get('to') ?? '', Number(params.get('days') ?? DAYS_USUAL)];
  const lengthMs = Date.parse(to) - Date.parse(from);
  if (DAY.test(from) && DAY.test(to) && lengthMs >= 0 && lengthMs < DAYS_MAX * DAY_MS) return { from, to };
  return { days: Number.isInteger(days) && days > 0 && days <= DAYS_MAX ? days : DAYS_USUAL };
}

/** The page's address with something else on it. */
export function addressOf(shown: Shown): string {
  const { draft, label, tier, window, client } = shown;
  const params = new URLSearchParams({ label, tier });
  if (draft !== undefined) params.set('draft', draft);
  for (const [name, value] of Object.entries(window)) params.set(name, String(value));
  if (client !== undefined) params.set('client', client);
  return `/thresholds?${params.toString()}`;
}

/** The window in points in time. @param nowMs where a window ends that reaches up to now */
export function timesOf(window: ChosenWindow, nowMs: number): { receivedFrom: string; receivedBefore: string } {
  const between = (fromMs: number, beforeMs: number): { receivedFrom: string; receivedBefore: string } => ({
    receivedFrom: new Date(fromMs).toISOString(),
    receivedBefore: new Date(beforeMs).toISOString(),
  });
  if ('days' in window) return between(nowMs - window.days * DAY_MS, nowMs);
  const end = new Date(`${window.to}T00:00:00`);
  // where clocks are changed a day is no 24 hours
  end.setDate(end.getDate() + 1);
  return between(new Date(`${window.from}T00:00:00`).getTime(), Math.max(end.getTime(), 0));
}
