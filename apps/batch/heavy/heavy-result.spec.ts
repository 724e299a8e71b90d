import { describe, expect, it } from '@jest/globals';

import type { Scored } from '#contracts/classify.js';
import type { ImageFacts } from '#contracts/prepared-image.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { STARTING_POLICY, type Policy } from '#moderation/policy.js';

import { deadResult, knownResult, resultOf, type Terms } from './heavy-result.js';

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

const scored = (views: number[][], degraded: ImageFacts['degraded'] = []): Scored => ({
  kind: 'scored',
  facts: { ...FACTS, degraded },
  views,
  viewNames: views.map((_, frame) => ({ look: 'reference', frame })),
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
});

const HIT: BankHit = { bank: 'known', kind: 'block', entryId: 7, match: 'perceptual', distance: 9 };
const TERMS: Terms = { policy: POLICY, gate: { perceptual: () => undefined }, nowMs: 0 };

describe('the result of a heavy look', () => {
  it('is the judgement over the worst of all views, with what it rests on', () => {
    expect(
      resultOf(
        ID,
        scored([
          [0.9, 0.1],
          [0.3, 0.65],
        ]),
        MODEL,
        TERMS,
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
      classification: {
        modelId: 'big/1.0.0',
        scores: [0.3, 0.65],
        views: 2,
        viewScores: [
          [0.9, 0.1],
          [0.3, 0.65],
        ],
        viewNames: [
          { look: 'reference', frame: 0 },
          { look: 'reference', frame: 1 },
        ],
      },
      degraded: [],
      perceptual: null,
      match: null,
      feedsBank: false,
      margin: expect.closeTo(0.05, 10),
      rules: STARTING_POLICY.transitions,
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
    expect(resultOf(ID, look, MODEL, TERMS).judgement.verdict).toBe(verdict);
  });

  it('on what it cannot take is a case for a human, kept with the reason', () => {
    const look = { kind: 'rejected', code: 'undecodable', detail: 'the file ends early' } as const;
    expect(resultOf(ID, look, MODEL, TERMS)).toEqual({
      assetId: ID,
      judgement: { verdict: 'review', band: null, source: 'default', reasons: [{ code: 'heavy_tier_refused' }] },
      policyVersion: 4,
      classification: null,
      margin: 0,
      dead: { reason: 'refused', attempts: 1, detail: 'the file ends early' },
    });
  });
});

describe('a picture that a bank knows', () => {
  const perceptual = { pdq: 'ab'.repeat(32), quality: 90 };
  const knowing: Terms = { ...TERMS, gate: { perceptual: () => HIT } };

  it('by its looks is what the bank says, whatever its scores are', () => {
    const result = resultOf(ID, { ...scored([[1, 0]]), perceptual }, MODEL, knowing);
    expect(result).toMatchObject({
      judgement: { verdict: 'block', band: null, source: 'hash', reasons: [{ code: 'known_hash' }] },
      classification: { scores: [1, 0] },
      perceptual,
      match: HIT,
      feedsBank: false,
    });
  });

  it('is not asked for where there is no hash', () => {
    expect(resultOf(ID, scored([[1, 0]]), MODEL, knowing)).toMatchObject({
      judgement: { verdict: 'allow' },
      match: null,
    });
  });

  it('tells an allow bank whether the hash is of all there is to see', () => {
    const asked: (boolean | undefined)[] = [];
    const perceptualOf: Terms['gate']['perceptual'] = (_hash, _nowMs, whole) => {
      asked.push(whole);
      return undefined;
    };
    for (const frames of [1, 2]) {
      const look = { ...scored([[1, 0]]), facts: { ...FACTS, frames }, perceptual };
      resultOf(ID, look, MODEL, { ...TERMS, gate: { perceptual: perceptualOf } });
    }
    expect(asked).toEqual([true, false]);
  });

  it('before it was decoded needs no scores', () => {
    expect(knownResult(ID, HIT, POLICY)).toMatchObject({
      judgement: { verdict: 'block', source: 'hash' },
      classification: null,
      match: HIT,
      dead: null,
    });
  });
});

describe('a final that the banks learn from', () => {
  it.each([
    ['allow', [[1, 0]], { machineBlocks: false, machineAllows: true }, true],
    ['allow', [[1, 0]], { machineBlocks: true, machineAllows: false }, false],
    ['block', [[0, 0.9]], { machineBlocks: true, machineAllows: false }, true],
    ['review', [[0.5, 0.5]], { machineBlocks: true, machineAllows: true }, false],
  ])('%s of %j under %j: %s', (verdict, views, banks, feeds) => {
    const policy = { ...POLICY, document: { ...POLICY.document, banks } };
    const result = resultOf(ID, scored(views), MODEL, { ...TERMS, policy });
    expect([result.judgement.verdict, result.feedsBank]).toEqual([verdict, feeds]);
  });
});

describe('the result of work that ended without a label', () => {
  it('is a case for a human, first in line', () => {
    const dead = { reason: 'crashed', attempts: 3, detail: 'crashed: signal 11' } as const;
    const result = deadResult(ID, POLICY, dead);
    expect(result).toMatchObject({ assetId: ID, policyVersion: 4, classification: null, margin: 0, dead });
    expect(result.judgement).toMatchObject({ verdict: 'review', reasons: [{ code: 'heavy_tier_failed' }] });
  });
});
