import { MINUTE_MS, minuteOf } from './usage-minute.js';

/** A stretch of time, epoch milliseconds. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Usage is added up over no more than this at once: half a million minutes of each process. */
export const RANGE_DAYS_MAX = 366;
export const RANGE_MS_DEFAULT = 24 * 3_600_000;

/**
 * The whole minutes that a stretch of time touches, for usage is kept by the minute. Its end is at most the end of the
 * minute that is now.
 *
 * @returns undefined for one that ends before it begins, begins in the future, or is too long
 */
export function costRange({ fromMs, untilMs }: Range, nowMs: number): Range | undefined {
  const ceilMs = (ms: number): number => minuteOf(ms + MINUTE_MS - 1);
  const range = { fromMs: minuteOf(fromMs), untilMs: Math.min(ceilMs(untilMs), ceilMs(nowMs)) };
  const lengthMs = range.untilMs - range.fromMs;
  return lengthMs > 0 && fromMs <= untilMs && lengthMs <= RANGE_DAYS_MAX * 24 * 3_600_000 + MINUTE_MS
    ? range
    : undefined;
}
