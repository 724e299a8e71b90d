/** Numbers as people read them: no more digits than are known. No line ends inside them. */
const SPACE = '\u00a0';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A number with its unit. */
export interface Amount {
  readonly value: string;
  readonly unit: string;
}

/** What stands where a number is not known. */
export const UNKNOWN: Amount = { value: '–', unit: '' };

/** A duration in its largest unit of which there is one, to two or three digits. @param ms 0 or more */
export function inTime(ms: number | null): Amount {
  if (ms === null) return UNKNOWN;
  if (ms < SECOND_MS) return { value: ms < 10 ? ms.toFixed(1) : ms.toFixed(0), unit: 'ms' };
  const units = [
    [DAY_MS, 'd'],
    [HOUR_MS, 'h'],
    [MINUTE_MS, 'min'],
    [SECOND_MS, 's'],
  ] as const;
  const [unitMs, unit] = units.find(([size]) => ms >= size) ?? [SECOND_MS, 's'];
  const amount = ms / unitMs;
  return { value: amount < 10 ? amount.toFixed(1) : amount.toFixed(0), unit };
}

/** How many a minute. @param seconds that they were counted in */
export function perMinute(count: number, seconds: number): Amount {
  const rate = seconds <= 0 ? 0 : (count * 60) / seconds;
  return { value: rate === 0 ? '0' : rate < 10 ? rate.toFixed(1) : whole(Math.round(rate)), unit: 'a minute' };
}

/** A whole number with its thousands apart. */
export const whole = (count: number): string => count.toLocaleString('en-US').replaceAll(',', SPACE);

/** A number, or at least so many: `12+`. @param more there are more than were counted */
export const upTo = (count: number, more: boolean): string => `${whole(count)}${more ? '+' : ''}`;

/** A part of a whole: `37 %`; nothing of none. Never 0 or 100 where it is not quite that. */
export function percent(part: number, of: number): string {
  if (of === 0) return '–';
  const share = (part / of) * 100;
  if (share > 0 && share < 0.1) return '< 0.1 %';
  if (share < 100 && share > 99.9) return '> 99.9 %';
  return `${share === 0 || share === 100 || (share >= 10 && share < 99) ? share.toFixed(0) : share.toFixed(1)} %`;
}

/** In one word with its unit. */
export const asText = ({ value, unit }: Amount): string => (unit === '' ? value : `${value}${SPACE}${unit}`);

/** `1 case`, `2 cases`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
