import { describe, expect, it } from '@jest/globals';

import { stagesOf } from './stages.js';

const timing = { receiveMs: 1, queueMs: 0.5, decodeMs: 3, inferenceMs: 6, storeMs: 2, totalMs: 13 };

describe('stages of uploads', () => {
  it('account for the whole time as the client saw it', () => {
    const stages = stagesOf([{ ms: 15, timing }]);
    expect(stages).toEqual({ receive: 1, queue: 0.5, decode: 3, inference: 6, store: 2, between: 0.5, outside: 2 });
  });

  it('are medians over those uploads that tell them', () => {
    const slow = { ms: 115, timing: { ...timing, storeMs: 102, totalMs: 113 } };
    expect(stagesOf([{ ms: 15, timing }, { ms: 99 }, slow, { ms: 15, timing }])).toMatchObject({
      store: 2,
      outside: 2,
    });
  });
});
