import { runSizes } from '../classifier/run-sizes.js';

/**
 * How many requests a remote tier is sent at the same time, found by watching their latency (Netflix's concurrency
 * limits, Gradient2): while requests take about as long as they usually do the limit creeps up; when they take longer
 * somebody queues, and it falls. Plain data; `afterAnswer` and `afterRefusal` give the next one.
 */
export interface GradientLimit {
  /** Not rounded; `inFlightMax` is what holds. */
  readonly limit: number;
  /**
   * What a request of each batch bucket takes in the long run: a batch of sixteen is no sign of a queue. The limit itself
   * is one for all, as the server is.
   */
  readonly longMs: Readonly<Record<number, number>>;
}

export interface Answered {
  /** Views in the request. */
  readonly batch: number;
  readonly ms: number;
  /** Requests under way when it was sent, itself included. */
  readonly inFlight: number;
}

const LIMIT = { first: 4, min: 1, max: 256 };
const BUCKETS = runSizes(64);
/**
 * Requests that the long run remembers. It learns that a server became slower from requests that had little company, and
 * hardly from others: else it would take the queue that we make for what is usual, and the limit would creep to its end.
 */
const LONG_REQUESTS = { alone: 600, inCompany: 20_000 };
/** One request may take half as long again as usual before that means a queue. */
const TOLERANCE = 1.5;
const GRADIENT = { min: 0.5, max: 1 };
/** Room for a short queue, without which no limit would ever grow. */
const QUEUE = 4;
const SMOOTHING = 0.2;
/** A server that refuses is full now, whatever its latency says. */
const REFUSAL_FACTOR = 0.8;
/** A long run that is so much slower than now was another time: it comes down by this much for each request. */
const STALE = { factor: 2, decay: 0.95 };

export const FIRST_LIMIT: GradientLimit = { limit: LIMIT.first, longMs: {} };

/** At least 1. */
export const inFlightMax = ({ limit }: GradientLimit): number => Math.floor(limit);

/** g = clamp(1.5·long/short, 0.5, 1); L ← 0.8·L + 0.2·(g·L + 4), within 1 and 256. */
export function afterAnswer({ limit, longMs }: GradientLimit, { batch, ms, inFlight }: Answered): GradientLimit {
  const bucket = BUCKETS.find((size) => batch <= size) ?? Infinity;
  const wasTried = inFlight >= limit / 2;
  const long = nextLong(longMs[bucket], ms, wasTried);
  const next = { ...longMs, [bucket]: long };
  const gradient = clamp((TOLERANCE * long) / Math.max(ms, Number.EPSILON), GRADIENT);
  const wanted = (1 - SMOOTHING) * limit + SMOOTHING * (gradient * limit + QUEUE);
  // With fewer requests under way latency proves nothing about a higher limit.
  return { limit: clamp(wasTried ? wanted : Math.min(wanted, limit), LIMIT), longMs: next };
}

/** After a request that was refused for lack of room, or had no answer in time. */
export function afterRefusal({ limit, longMs }: GradientLimit): GradientLimit {
  return { limit: clamp(limit * REFUSAL_FACTOR, LIMIT), longMs };
}

function nextLong(before: number | undefined, ms: number, wasTried: boolean): number {
  if (before === undefined) return ms;
  const requests = ms > before && wasTried ? LONG_REQUESTS.inCompany : LONG_REQUESTS.alone;
  const long = before + (ms - before) / requests;
  return long / Math.max(ms, Number.EPSILON) > STALE.factor ? long * STALE.decay : long;
}

const clamp = (value: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.min(max, Math.max(min, value));
