import type { PlanTimes } from '#contracts/plan-answer.js';

/** The nearest-rank percentile. @param share 0..1. @throws RangeError for no values */
export function percentile(values: readonly number[], share: number): number {
  const inOrder = [...values].sort((a, b) => a - b);
  const value = inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)];
  if (value === undefined) throw new RangeError('a percentile of nothing');
  return value;
}

/** Percentiles of milliseconds, to a hundredth. @throws RangeError for none */
export function timesOf(times: readonly number[]): PlanTimes {
  return { n: times.length, p50Ms: round(percentile(times, 0.5)), p95Ms: round(percentile(times, 0.95)) };
}

/** What one picture takes beside and in the model. */
export interface PictureCost {
  readonly decodeMs: number;
  /** Views that the model's recipe makes of it. */
  readonly views: number;
}

/**
 * What a batch takes in its process, put together: its images are decoded one after the other, and their views run in as
 * many full runs as an image has views.
 *
 * @param inference one run of `batch` views
 */
export function composeService({ decodeMs, views }: PictureCost, inference: PlanTimes, batch: number): PlanTimes {
  const { n, p50Ms, p95Ms } = inference;
  return { n, p50Ms: round(p50Ms * views + decodeMs * batch), p95Ms: round(p95Ms * views + decodeMs * batch) };
}

/** Images a second when every worker takes the median time for each of its batches; to a tenth. */
export function perSecond(workers: number, batch: number, { p50Ms }: PlanTimes): number {
  return Math.round((workers * batch * 10_000) / p50Ms) / 10;
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
