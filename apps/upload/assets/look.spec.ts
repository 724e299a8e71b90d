import { describe, expect, it } from '@jest/globals';

import type { ClassifyItem, ClassifyOutcome, Scored } from '#contracts/classify.js';
import type { ImageFacts } from '#contracts/prepared-image.js';
import type { Classified } from '#inference/classifier-call.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '#inference/classifier-errors.js';
import { ClassifierPool } from '#inference/classifier-pool.js';
import type { ServedModel } from '#inference/classifier-protocol.js';
import { STARTING_POLICY, type Policy } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS } from '#moderation/words.js';

import { look } from './look.js';

const POLICY: Policy = { version: 1, document: STARTING_POLICY };
const FACTS: ImageFacts = { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] };
const MODEL: ServedModel = {
  id: 'tiny/1.0.0',
  sha256: 'ab',
  classes: ['ok', 'bad'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 1, backgrounds: ['white'] },
};
const HOST = {
  modelRoot: '/none',
  modelRef: MODEL.id,
  threads: 1,
  inferenceBatch: 1,
  decodeAhead: 1,
  imageLimits: { pixelsMax: 64, framesMax: 1 },
  nice: 0,
};

/** A pool that was never started: no process is forked, and its answers are given. */
class AnsweringPool extends ClassifierPool {
  readonly asked: string[] = [];

  constructor(private readonly answer: () => Promise<Classified>) {
    super({
      entry: '/none',
      host: HOST,
      processes: 1,
      inFlightPerProcess: 1,
      queueMax: 1,
      callMsMax: 1,
      rssBytesMax: 1,
    });
  }

  override get model(): ServedModel {
    return MODEL;
  }

  override classify(items: readonly ClassifyItem[]): Promise<Classified> {
    this.asked.push(...items.map((item) => item.path));
    return this.answer();
  }
}

const answering = (...outcomes: ClassifyOutcome[]): AnsweringPool =>
  new AnsweringPool(() => Promise.resolve({ outcomes, queueMs: 3 }));
const failing = (error: Error): AnsweringPool => new AnsweringPool(() => Promise.reject(error));
const scored = (views: number[][], facts: Partial<ImageFacts> = {}): Scored => ({
  kind: 'scored',
  facts: { ...FACTS, ...facts },
  views,
  decodeMs: 1,
  inferenceMs: 2,
});

describe('a look of the fast tier', () => {
  it('is at the stored bytes, and tells what was seen and how long it took', async () => {
    const pool = answering(
      scored([
        [0.9, 0.1],
        [0.2, 0.8],
      ]),
    );
    expect(await look(pool, '/bytes/a', POLICY)).toEqual({
      kind: 'judged',
      judgement: {
        verdict: 'block',
        band: 'violating',
        source: 'fast',
        reasons: [{ code: 'violating', label: 'sexual.explicit' }],
      },
      seen: { facts: FACTS, modelId: MODEL.id, labels: MODEL.labels, scores: [0.2, 0.8], views: 2 },
      queueMs: 3,
      decodeMs: 1,
      inferenceMs: 2,
    });
    expect(pool.asked).toEqual(['/bytes/a']);
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
    expect(await look(answering(outcome), '/a', POLICY)).toMatchObject({ judgement: { verdict } });
  });

  it('on what is no image is the rejection', async () => {
    const rejection = { kind: 'rejected', code: 'undecodable', detail: 'broken' } as const;
    expect(await look(answering(rejection), '/a', POLICY)).toEqual(rejection);
  });
});

describe('when the fast tier cannot look', () => {
  it.each([
    ['is full', failing(new ClassifierOverloaded('1 calls wait already')), 'fast_tier_full'],
    ['is closed', failing(new ClassifierUnavailable('the pool is closed')), 'fast_tier_not_ready'],
    ['crashed', failing(new ClassifierFailed('crashed', 'signal 11')), 'fast_tier_failed'],
    ['was too slow', failing(new ClassifierFailed('timeout', 'no answer')), 'fast_tier_failed'],
    ['gave nonsense', failing(new ClassifierFailed('invalid-output', 'NaN')), 'fast_tier_failed'],
    ['left the outcome out', answering(), 'fast_tier_failed'],
  ])('because it %s, the declared default holds and says so', async (_case, pool, code) => {
    for (const verdict of PROVISIONAL_VERDICTS) {
      const document = { ...STARTING_POLICY, provisional: { uncertain: 'allow', unavailable: verdict } } as const;
      expect(await look(pool, '/a', { version: 1, document })).toEqual({
        kind: 'judged',
        judgement: { verdict, band: null, source: 'default', reasons: [{ code }] },
        seen: null,
        queueMs: 0,
        decodeMs: 0,
        inferenceMs: 0,
      });
    }
  });

  it('for a defect of ours, the defect is thrown', async () => {
    const defect = new TypeError('x is undefined');
    await expect(look(failing(defect), '/a', POLICY)).rejects.toBe(defect);
  });
});
