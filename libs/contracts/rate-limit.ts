/** What is left of one of a client's limits. */
export interface LimitState {
  /** `uploads` a minute, or `assets` a day. */
  readonly name: 'uploads' | 'assets';
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until all of it is there again. */
  readonly resetSeconds: number;
}

/**
 * The headers that tell a client its limits and what is left of them (draft-ietf-httpapi-ratelimit-headers-10); none where
 * nothing is limited.
 */
export function rateLimitHeaders(states: readonly LimitState[]): Readonly<Record<string, string>> {
  if (states.length === 0) return {};
  return {
    'ratelimit-policy': states
      .map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`)
      .join(', '),
    ratelimit: states
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
