/**
 * A token bucket (RFC 2697's, with one rate): it holds a minute's worth of tokens, fills steadily, and is full at first. So
 * a client may spend a minute's worth at once, and from then on goes at its rate.
 */
export interface TokenBucket {
  /** Below 0: so many are owed. */
  readonly tokens: number;
  readonly atMs: number;
}

export interface Taken {
  readonly bucket: TokenBucket;
  /** False: there was no whole token, and none was taken. */
  readonly taken: boolean;
  /** Until there is a whole token, in milliseconds; 0 when there is one. */
  readonly nextMs: number;
  /** Until it is full again. */
  readonly fullMs: number;
}

const MINUTE_MS = 60_000;

/**
 * Takes a token.
 *
 * @param before undefined: full
 * @param perMinute tokens that come in a minute, and the most there are
 * @param nowMs on a clock that never goes back
 */
export function takeToken(before: TokenBucket | undefined, perMinute: number, nowMs: number): Taken {
  const held = heldAt(before, perMinute, nowMs);
  return left(held >= 1 ? held - 1 : held, held >= 1, perMinute, nowMs);
}

/**
 * Takes tokens for what was let in with one before it was known that it takes more: what is not there is owed, and whoever
 * comes next waits for it.
 *
 * @param count how many more
 */
export const oweTokens = (before: TokenBucket | undefined, perMinute: number, nowMs: number, count: number): Taken =>
  left(heldAt(before, perMinute, nowMs) - count, true, perMinute, nowMs);

function heldAt(before: TokenBucket | undefined, perMinute: number, nowMs: number): number {
  if (before === undefined) return perMinute;
  return Math.min(perMinute, before.tokens + (Math.max(0, nowMs - before.atMs) * perMinute) / MINUTE_MS);
}

function left(tokens: number, taken: boolean, perMinute: number, nowMs: number): Taken {
  const perMs = perMinute / MINUTE_MS;
  return {
    bucket: { tokens, atMs: nowMs },
    taken,
    nextMs: tokens >= 1 ? 0 : (1 - tokens) / perMs,
    fullMs: (perMinute - tokens) / perMs,
  };
}
