import { describe, expect, it } from '@jest/globals';

import { STARTING_POLICY } from '#moderation/policy.js';

import { stagesOf } from './judged-upload.js';
import { unseen } from './look.js';

const TIMING = { receiveMs: 4, queueMs: 0, decodeMs: 0, inferenceMs: 0, storeMs: 2, totalMs: 6 };
const SEEN = {
  facts: { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] },
  modelId: 'tiny/1.0.0',
  labels: [],
  scores: [],
  views: 1,
  perceptual: null,
} as const;

describe('the stages of an upload that are metered', () => {
  it('are all of them where the fast tier looked, though one took no time', () => {
    expect(stagesOf(TIMING, { seen: SEEN })).toEqual({
      receive: 4,
      queue: 0,
      decode: 0,
      inference: 0,
      store: 2,
      total: 6,
    });
  });

  it('are none of a look where there was none', () => {
    const shed = unseen({ version: 1, document: STARTING_POLICY }, 'shed');
    expect(stagesOf(TIMING, shed)).toEqual({ receive: 4, store: 2, total: 6 });
  });
});
