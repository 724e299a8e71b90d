import { describe, expect, it } from '@jest/globals';

import { serverTiming } from './server-timing.js';

/** RFC 9110 tokens with one parameter each, as browsers read them. */
const HEADER = /^[a-z]+;dur=\d+(\.\d+)?(, [a-z]+;dur=\d+(\.\d+)?)*$/;

describe('Server-Timing', () => {
  const timing = { receiveMs: 1.25, queueMs: 0, decodeMs: 7.5, inferenceMs: 12.34, storeMs: 3, totalMs: 24.09 };

  it('names every stage without its unit', () => {
    expect(serverTiming(timing)).toBe(
      'receive;dur=1.25, queue;dur=0, decode;dur=7.5, inference;dur=12.34, store;dur=3, total;dur=24.09',
    );
  });

  it('is a list that browsers can read', () => {
    expect(serverTiming(timing)).toMatch(HEADER);
  });

  it('leaves out what an answer does not have', () => {
    const { receiveMs, queueMs, decodeMs, inferenceMs, totalMs } = timing;
    expect(serverTiming({ receiveMs, queueMs, decodeMs, inferenceMs, totalMs })).not.toContain('store');
  });
});
