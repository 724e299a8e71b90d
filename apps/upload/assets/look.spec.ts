import { describe, expect, it } from '@jest/globals';

import type { ClassifyOutcome, Scored } from '#contracts/classify.js';
import type { ImageFacts } from '#contracts/prepared-image.js';
import type { Admitted } from '#inference/admission/ticket.js';
import { ClassifierFailed, ClassifierShed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { STARTING_POLICY, type Policy } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS } from '#moderation/words.js';

import { look, type Sight, type ToSee } from './look.js';

const POLICY: Policy = { version: 1, document: STARTING_POLICY };
const FACTS: ImageFacts = { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] };
const MODEL: ServedModel = {
  id: 'tiny/1.0.0',
  sha256: 'ab',
  classes: ['ok', 'bad'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 1, backgrounds: ['white'] },
};
const PDQ = { pdq: 'ab'.repeat(32), quality: 90 };
const HIT: BankHit = { bank: 'known', kind: 'block', entryId: 7, match: 'exact', distance: 0 };
const TO_SEE: ToSee = {
  clientId: 'one',
  path: '/bytes/a',
  sha256: 'cd'.repeat(32),
  trafficClass: 'urgent',
  deadlineMs: 250,
  nowMs: 9,
};

/** A gate that knows nothing, but for what a test says. */
const gateOf = (gate: Partial<Sight['gate']> = {}): Sight['gate'] => ({
  exact: () => undefined,
  perceptual: () => undefined,
  needsPerceptual: () => false,
  ...gate,
});

type Asked = Parameters<Sight['tier']['classify']>;

/** A fast tier whose answers are given, behind a gate. */
function sightOf(answer: () => Promise<ClassifyOutcome>, gate?: Partial<Sight['gate']>): Sight & { asked: Asked[] } {
  const asked: Asked[] = [];
  const classify = async (...call: Asked): Promise<Admitted> => {
    asked.push(call);
    return { outcome: await answer(), queueMs: 3, batch: 1 };
  };
  return { tier: { classify, model: MODEL }, gate: gateOf(gate), knowsBanks: () => true, asked };
}

const answering = (outcome: ClassifyOutcome, gate?: Partial<Sight['gate']>): ReturnType<typeof sightOf> =>
  sightOf(() => Promise.resolve(outcome), gate);
const failing = (error: Error): ReturnType<typeof sightOf> => sightOf(() => Promise.reject(error));
const scored = (views: number[][], facts: Partial<ImageFacts> = {}): Scored => ({
  kind: 'scored',
  facts: { ...FACTS, ...facts },
  views,
  viewNames: views.map((_, frame) => ({ look: 'reference', frame })),
  decodeMs: 1,
  inferenceMs: 2,
  perceptual: null,
});

describe('a look of the fast tier', () => {
  it('is at the stored bytes, and tells what was seen and how long it took', async () => {
    const sight = answering(
      scored([
        [0.9, 0.1],
        [0.2, 0.8],
      ]),
    );
    expect(await look(sight, TO_SEE, POLICY)).toEqual({
      kind: 'judged',
      judgement: {
        verdict: 'block',
        band: 'violating',
        source: 'fast',
        reasons: [{ code: 'violating', label: 'sexual.explicit' }],
      },
      seen: { facts: FACTS, modelId: MODEL.id, labels: MODEL.labels, scores: [0.2, 0.8], views: 2, perceptual: null },
      match: null,
      queueMs: 3,
      decodeMs: 1,
      inferenceMs: 2,
    });
    const order = { clientId: 'one', trafficClass: 'urgent', deadlineMs: 250, perceptual: false };
    expect(sight.asked).toEqual([[{ path: '/bytes/a' }, order]]);
  });

  it.each<[string, ClassifyOutcome, 'allow' | 'block']>([
    ['clear', scored([[1, 0]]), 'allow'],
    ['uncertain', scored([[0.5, 0.5]]), 'allow'],
    [
      'violating in the last view',
      scored([
        [1, 0],
        [1, 0],
        [0, 1],
      ]),
      'block',
    ],
    ['clear and damaged', scored([[1, 0]], { degraded: ['damaged'] }), 'block'],
    ['not a number', scored([[1, Number.NaN]]), 'block'],
    ['an empty row', scored([[]]), 'block'],
    ['no row', scored([]), 'block'],
  ])('on scores that are %s', async (_case, outcome, verdict) => {
    expect(await look(answering(outcome), TO_SEE, POLICY)).toMatchObject({ judgement: { verdict } });
  });

  it('on what is no image is the rejection', async () => {
    const rejection = { kind: 'rejected', code: 'undecodable', detail: 'broken' } as const;
    expect(await look(answering(rejection), TO_SEE, POLICY)).toEqual(rejection);
  });
});

describe('when the fast tier cannot look', () => {
  it.each([
    ['is closed', failing(new ClassifierUnavailable('the pool is closed')), 'fast_tier_not_ready'],
    ['crashed', failing(new ClassifierFailed('crashed', 'signal 11')), 'fast_tier_failed'],
    ['was too slow', failing(new ClassifierFailed('timeout', 'no answer')), 'fast_tier_failed'],
    ['gave nonsense', failing(new ClassifierFailed('invalid-output', 'NaN')), 'fast_tier_failed'],
  ])('because it %s, the declared default holds and says so', async (_case, sight, code) => {
    for (const verdict of PROVISIONAL_VERDICTS) {
      const document = { ...STARTING_POLICY, provisional: { uncertain: 'allow', unavailable: verdict } } as const;
      expect(await look(sight, TO_SEE, { version: 1, document })).toEqual({
        kind: 'judged',
        judgement: { verdict, band: null, source: 'default', reasons: [{ code }] },
        seen: null,
        match: null,
        queueMs: 0,
        decodeMs: 0,
        inferenceMs: 0,
      });
    }
  });

  it('in time, that is thrown: somebody else says what becomes of the upload', async () => {
    const shed = new ClassifierShed('too_late', 40);
    await expect(look(failing(shed), TO_SEE, POLICY)).rejects.toBe(shed);
  });

  it('for a defect of ours, the defect is thrown', async () => {
    const defect = new TypeError('x is undefined');
    await expect(look(failing(defect), TO_SEE, POLICY)).rejects.toBe(defect);
  });
});

describe('before the banks are known', () => {
  it('nothing is allowed that they may know', async () => {
    const sight = { ...answering(scored([[1, 0]])), knowsBanks: () => false };
    expect(await look(sight, TO_SEE, POLICY)).toMatchObject({
      judgement: { verdict: 'block', source: 'default', reasons: [{ code: 'fast_tier_not_ready' }] },
    });
    expect(sight.asked).toEqual([]);
  });
});

describe('a picture that a bank knows', () => {
  const byHash = { band: null, source: 'hash', reasons: [{ code: 'known_hash' }] };

  it.each(['block', 'allow'] as const)('by its bytes gets %s without a look', async (kind) => {
    const asked: unknown[] = [];
    const hit = { ...HIT, kind };
    const exact = (...question: unknown[]): BankHit => {
      asked.push(question);
      return hit;
    };
    const sight = answering(scored([[0.5, 0.5]]), { exact, needsPerceptual: () => true });
    expect(await look(sight, TO_SEE, POLICY)).toMatchObject({
      judgement: { verdict: kind, ...byHash },
      seen: null,
      match: hit,
    });
    expect(sight.asked).toEqual([]);
    expect(asked).toEqual([[TO_SEE.sha256, TO_SEE.nowMs]]);
  });

  it.each([
    ['an ordinary picture', {}, true],
    ['an animation', { frames: 2 }, false],
    ['a transparent one', { alpha: true }, false],
    ['a damaged one', { degraded: ['damaged'] as const }, false],
  ])('by its looks is judged by the bank; the hash of %s is whole: %j', async (_case, facts, whole) => {
    const asked: unknown[] = [];
    const hit = { ...HIT, match: 'perceptual', distance: 12 } as const;
    const perceptual = (...question: unknown[]): BankHit => {
      asked.push(question);
      return hit;
    };
    const outcome = { ...scored([[1, 0]], facts), perceptual: PDQ };
    const sight = answering(outcome, { perceptual, needsPerceptual: () => true });
    expect(await look(sight, TO_SEE, POLICY)).toMatchObject({
      judgement: { verdict: 'block', ...byHash },
      seen: { scores: [1, 0], perceptual: PDQ },
      match: hit,
    });
    expect(sight.asked).toMatchObject([[{}, { perceptual: true }]]);
    expect(asked).toEqual([[PDQ, TO_SEE.nowMs, whole]]);
  });
});
