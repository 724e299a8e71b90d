/**
 * A token bucket (RFC 2697's, with one rate): it holds a minute's worth of tokens, fills steadily, and is full at first. So
 * a client may spend a minute's worth at once, and from then on goes at its rate.
 */
export interface TokenBucket {
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
  const perMs = perMinute / MINUTE_MS;
  const grown = before === undefined ? perMinute : before.tokens + Math.max(0, nowMs - before.atMs) * perMs;
  const held = Math.min(perMinute, grown);
  const taken = held >= 1;
  const tokens = taken ? held - 1 : held;
  return {
    bucket: { tokens, atMs: nowMs },
    taken,
    nextMs: tokens >= 1 ? 0 : (1 - tokens) / perMs,
    fullMs: (perMinute - tokens) / perMs,
  };
}
