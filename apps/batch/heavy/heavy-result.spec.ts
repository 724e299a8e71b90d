import { describe, expect, it } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import type { ImageFacts } from '#contracts/prepared-image.js';
import type { ServedModel } from '#inference/classifier-protocol.js';
import { STARTING_POLICY, type Policy } from '#moderation/policy.js';

import { deadResult, resultOf } from './heavy-result.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const POLICY: Policy = { version: 4, document: STARTING_POLICY };
const FACTS: ImageFacts = { mediaType: 'image/gif', width: 8, height: 8, frames: 3, alpha: false, degraded: [] };
const MODEL: ServedModel = {
  id: 'big/1.0.0',
  sha256: 'ab',
  classes: ['ok', 'bad'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white'] },
};

const scored = (views: number[][], degraded: ImageFacts['degraded'] = []): ClassifyOutcome => ({
  kind: 'scored',
  facts: { ...FACTS, degraded },
  views,
  decodeMs: 1,
  inferenceMs: 1,
});

describe('the result of a heavy look', () => {
  it('is the judgement over the worst of all views, with what it rests on', () => {
    expect(
      resultOf(
        ID,
        scored([
          [0.9, 0.1],
          [0.3, 0.65],
        ]),
        POLICY,
        MODEL,
      ),
    ).toEqual({
      assetId: ID,
      judgement: {
        verdict: 'review',
        band: 'uncertain',
        source: 'heavy',
        reasons: [{ code: 'uncertain', label: 'sexual.explicit' }],
      },
      policyVersion: 4,
      classification: { modelId: 'big/1.0.0', scores: [0.3, 0.65], views: 2 },
      margin: expect.closeTo(0.05, 10),
      dead: null,
    });
  });

  it.each([
    ['clear', scored([[1, 0]]), 'allow'],
    [
      'violating in one view',
      scored([
        [1, 0],
        [0, 0.7],
      ]),
      'block',
    ],
    ['clear but damaged', scored([[1, 0]], ['damaged']), 'review'],
    ['not a number', scored([[1, Number.NaN]]), 'block'],
    ['nowhere', scored([]), 'block'],
  ])('on scores that are %s', (_case, look, verdict) => {
    expect(resultOf(ID, look, POLICY, MODEL).judgement.verdict).toBe(verdict);
  });

  it('on what it cannot take is a case for a human, kept with the reason', () => {
    const look = { kind: 'rejected', code: 'undecodable', detail: 'the file ends early' } as const;
    expect(resultOf(ID, look, POLICY, MODEL)).toEqual({
      assetId: ID,
      judgement: { verdict: 'review', band: null, source: 'default', reasons: [{ code: 'heavy_tier_refused' }] },
      policyVersion: 4,
      classification: null,
      margin: 0,
      dead: { reason: 'heavy_tier_refused', attempts: 1, detail: 'the file ends early' },
    });
  });
});

describe('the result of work that ended without a label', () => {
  it('is a case for a human, first in line', () => {
    const dead = { reason: 'heavy_tier_failed', attempts: 3, detail: 'crashed: signal 11' } as const;
    const result = deadResult(ID, POLICY, dead);
    expect(result).toMatchObject({ assetId: ID, policyVersion: 4, classification: null, margin: 0, dead });
    expect(result.judgement).toMatchObject({ verdict: 'review', reasons: [{ code: 'heavy_tier_failed' }] });
  });
});
