/** Before the first try, and after each that failed: milliseconds. Standard Webhooks 1.0, "Deliverability and reliability". */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const RETRY_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A wait is up to this part longer, so that what failed together does not come back together. */
const JITTER = 0.2;
/** An endpoint that asks for more time than this gets this much. */
export const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;

/** An endpoint whose last answer took longer is served apart from those that are prompt, as one that fails is. */
export const SLOW_MS = 2_000;

/** Failures in a row that an endpoint may have before it rests between two tries. */
const FAILURES_WITHOUT_REST = 5;
const REST_MS_MAX = MINUTE_MS;

/** How one try to deliver an event ended. */
export interface Attempt {
  /** Of the answer; null where there was none in time. */
  readonly status: number | null;
  /** What the answer's `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs: number | null;
}

/** What one try is counted with. */
export interface AttemptFacts {
  /** Tries so far, this one among them. */
  readonly attempts: number;
  /** Tries of the endpoint in a row that failed before this one, of whatever event. */
  readonly failures: number;
}

/** What becomes of a delivery and of its endpoint. */
export type AfterAttempt =
  | { readonly state: 'delivered' }
  | {
      readonly state: 'waiting';
      /** Until the next try of this delivery. */
      readonly delayMs: number;
      /** Nothing at all is sent to the endpoint meanwhile. */
      readonly pauseMs: number;
      readonly gone: false;
    }
  | { readonly state: 'failed'; readonly pauseMs: number; readonly gone: boolean };

/**
 * What becomes of a delivery after a try. Any 2xx delivers; 410 says that nobody will ever take it there; whatever else
 * is a failure, a redirect among them, and is tried again until the tries are used up. `Retry-After` holds back the
 * whole endpoint, and so do many failures in a row.
 *
 * @param random 0..1
 */
export function afterAttempt({ status, retryAfterMs }: Attempt, facts: AttemptFacts, random: number): AfterAttempt {
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered' };
  if (status === 410) return { state: 'failed', pauseMs: 0, gone: true };
  const askedMs = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  const pauseMs = Math.max(askedMs, restMs(facts.failures + 1));
  const next = RETRY_MS[facts.attempts];
  if (next === undefined) return { state: 'failed', pauseMs, gone: false };
  const delayMs = Math.max(Math.round(next * (1 + JITTER * random)), askedMs);
  return { state: 'waiting', delayMs, pauseMs, gone: false };
}

/** How long an endpoint rests after so many failures in a row: it is still tried often enough to be noticed when it is back. */
function restMs(failures: number): number {
  return failures <= FAILURES_WITHOUT_REST
    ? 0
    : Math.min(SECOND_MS * 2 ** (failures - FAILURES_WITHOUT_REST), REST_MS_MAX);
}
