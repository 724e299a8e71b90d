import { describe, expect, it } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { ChosenAsset } from '#persistence/campaign-run-store.js';

import { judgePage, needsLook } from './judge-page.js';

const POLICY = { version: 7, document: STARTING_POLICY };
const MODEL = {
  id: 'heavy/2.0.0',
  sha256: 'ab',
  classes: ['neutral', 'porn'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white', 'black'] },
} as const;
const HIT: BankHit = { bank: 'partner', kind: 'block', entryId: 3, match: 'exact', distance: 0 };
const NO_GATE = { exact: () => undefined, perceptual: () => undefined };

const asset = (assetId: string, differing: Partial<ChosenAsset> = {}): ChosenAsset => ({
  assetId,
  sha256: 'cd',
  perceptual: null,
  degraded: [],
  revision: 2,
  verdict: 'allow',
  served: true,
  reasons: [],
  humanDecided: false,
  pending: false,
  known: null,
  ...differing,
});

const scored = (explicit: number): ClassifyOutcome => ({
  kind: 'scored',
  facts: { mediaType: 'image/png', width: 64, height: 64, frames: 1, alpha: false, degraded: [] },
  views: [[1 - explicit, explicit]],
  viewNames: [{ look: 'reference', frame: 0 }],
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
});

const borrow = (path: string) => Promise.resolve({ path, release: () => Promise.resolve() });

/** A tier that says what it is told of each path, and remembers its calls. */
function tier(says: Readonly<Record<string, ClassifyOutcome | Error>>) {
  const calls: string[][] = [];
  const classify = (items: readonly { readonly path: string }[]) => {
    calls.push(items.map(({ path }) => path));
    const outcomes: ClassifyOutcome[] = [];
    for (const { path } of items) {
      const said = says[path] ?? scored(0);
      if (said instanceof Error) return Promise.reject(said);
      outcomes.push(said);
    }
    return Promise.resolve({ outcomes, queueMs: 0 });
  };
  return {
    calls,
    parts: { classifier: { model: MODEL, classify }, gate: NO_GATE, bytes: { borrow }, lanes: 2 },
  };
}

describe('a page of past assets', () => {
  it('is looked at where nothing else decides, in as many parts as there are processes, and keeps its order', async () => {
    const { calls, parts } = tier({ b: scored(0.9) });
    const page = ['a', 'b', 'c'].map((id) => asset(id));
    const results = await judgePage(page, POLICY, parts);
    expect(calls).toEqual([['a', 'b'], ['c']]);
    expect(results.map((result) => [result.asset.assetId, result.judgement?.verdict, result.label])).toEqual([
      ['a', 'allow', null],
      ['b', 'block', 'sexual.explicit'],
      ['c', 'allow', null],
    ]);
    expect(results[1]?.classification).toEqual({
      modelId: MODEL.id,
      scores: [expect.closeTo(0.1), 0.9],
      views: 1,
      viewScores: [[expect.closeTo(0.1), 0.9]],
      viewNames: [{ look: 'reference', frame: 0 }],
    });
  });

  it('is judged by scores that are there, and nothing is looked at for them', async () => {
    const { calls, parts } = tier({});
    const known = asset('a', { known: { scores: [0.5, 0.5], views: 2 }, degraded: ['damaged'] });
    expect(needsLook(known)).toBe(false);
    const [result] = await judgePage([known], POLICY, parts);
    expect(result?.judgement).toMatchObject({
      verdict: 'review',
      source: 'heavy',
      reasons: [{ code: 'uncertain', label: 'sexual.explicit' }, { code: 'damaged' }],
    });
    expect(result?.classification).toEqual({ modelId: MODEL.id, scores: [0.5, 0.5], views: 2 });
    expect(calls).toEqual([]);
  });

  it('is what a bank says where it knows the bytes or the looks, but never of what a person has decided', async () => {
    const { calls, parts } = tier({});
    const perceptual = { pdq: '0'.repeat(64), quality: 90 };
    const gate = {
      exact: (sha256: string) => (sha256 === 'known' ? HIT : undefined),
      perceptual: () => ({ ...HIT, match: 'perceptual' as const }),
    };
    const page = [
      asset('bytes', { sha256: 'known' }),
      asset('looks', { perceptual }),
      asset('human', { sha256: 'known', humanDecided: true }),
      asset('pending', { sha256: 'known', pending: true }),
    ];
    const results = await judgePage(page, POLICY, { ...parts, gate });
    expect(results.map(({ judgement, match, skipped }) => [judgement?.source, match?.match, skipped])).toEqual([
      ['hash', 'exact', null],
      ['hash', 'perceptual', null],
      [undefined, undefined, 'human_decided'],
      [undefined, undefined, 'pending'],
    ]);
    expect(calls).toEqual([]);
  });

  it('leaves out what the tier fails on or refuses, alone', async () => {
    const { parts } = tier({
      a: new ClassifierFailed('memory', 'too much'),
      c: { kind: 'rejected', code: 'undecodable', detail: 'the file ends early' },
    });
    const results = await judgePage(
      ['a', 'b', 'c'].map((id) => asset(id)),
      POLICY,
      parts,
    );
    expect(results.map(({ skipped, detail }) => [skipped, detail])).toEqual([
      ['failed', 'memory'],
      [null, null],
      ['refused', 'undecodable'],
    ]);
  });

  it('is not judged at all while nothing serves the model', async () => {
    const { parts } = tier({ a: new ClassifierUnavailable('none is warm') });
    await expect(judgePage([asset('a')], POLICY, parts)).rejects.toThrow(ClassifierUnavailable);
  });
});
