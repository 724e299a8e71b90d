const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in one or two units: `42 s`, `8 min`, `3 h 5 min`, `2 d 4 h`. @param ms 0 or more */
export function inWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return two(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return two(ms, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

/** The same for a countdown: `1:07`. @param ms 0 or more */
export function asClock(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A point in time as it is shown: where the person is; without the day if that is today. */
export function asLocal(at: string, nowMs: number): string {
  const date = new Date(at);
  const today = new Date(nowMs).toDateString() === date.toDateString();
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
  return date.toLocaleString(undefined, today ? time : { ...day, hour: '2-digit', minute: '2-digit' });
}

/** The same in UTC, to the second, for whoever compares it with a log. */
export const asUtc = (at: string): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** As the service writes points in time within its texts. */
const POINT = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)/;

/** A text in parts, of which those that are points in time are shown as such. */
export function partsOf(text: string): ({ readonly at: string } | { readonly text: string })[] {
  // what the expression encloses is split off too, at each odd place
  const parts = text.split(POINT).map((part, index) => ({ part, isPoint: index % 2 === 1 }));
  return parts
    .filter(({ part }) => part !== '')
    .map(({ part, isPoint }) => (isPoint && !Number.isNaN(Date.parse(part)) ? { at: part } : { text: part }));
}

type Unit = readonly [ms: number, name: string];

function two(ms: number, [bigMs, big]: Unit, [smallMs, small]: Unit): string {
  const rest = Math.floor((ms % bigMs) / smallMs);
  return `${Math.floor(ms / bigMs)} ${big}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
