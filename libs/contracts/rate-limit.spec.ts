import { expect, it } from '@jest/globals';

import { rateLimitHeaders } from './rate-limit.js';

it('tells each limit and what is left of it, and nothing where nothing is limited', () => {
  expect(
    rateLimitHeaders([
      { name: 'uploads', quota: 60, windowSeconds: 60, remaining: 59, resetSeconds: 1 },
      { name: 'assets', quota: 5_000, windowSeconds: 86_400, remaining: 12, resetSeconds: 3_600 },
    ]),
  ).toEqual({
    'ratelimit-policy': '"uploads";q=60;w=60, "assets";q=5000;w=86400',
    ratelimit: '"uploads";r=59;t=1, "assets";r=12;t=3600',
  });
  expect(rateLimitHeaders([])).toEqual({});
});
