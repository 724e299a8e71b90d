import type { RunSummary } from './summarise-run.js';

/** What a run says of its rate: the promise was held, it was not, or nothing, because the generator was late. */
export type Verdict = 'held' | 'failed' | 'unknown';

/** The share of requests that the fast tier must decide for a rate to hold. */
export const DECIDED_SHARE_MIN = 0.99;

/** Held is the promise when 95 of 100 decisions are within the SLO, and 99 of 100 requests are decided. */
export function verdictOf({ isValid, latencyMs, decidedShare }: RunSummary, sloMs: number): Verdict {
  if (!isValid) return 'unknown';
  return latencyMs.p95 <= sloMs && decidedShare >= DECIDED_SHARE_MIN ? 'held' : 'failed';
}

/** Runs of one rate at most. */
export const TRIES_MAX = 3;
const FAILURES = 2;

/**
 * Runs a rate until there is a verdict: it is held when it is held once, and fails when it fails twice, for what else the
 * machine did for a second must not pass for the service's limit. A run of a late generator is no verdict and is repeated.
 *
 * @param run runs the rate for the n-th time, from 0
 * @returns the run that has the verdict; an unknown one when three runs tell too little
 */
export async function judgeRate<T extends { readonly verdict: Verdict }>(
  run: (tried: number) => Promise<T>,
): Promise<T> {
  let [failures, tried] = [0, 0];
  let unknown: T | undefined;
  for (;;) {
    const step = await run(tried);
    tried += 1;
    if (step.verdict === 'failed') failures += 1;
    else if (step.verdict === 'unknown') unknown = step;
    if (step.verdict === 'held' || failures === FAILURES) return step;
    if (tried === TRIES_MAX) return unknown ?? step;
  }
}
