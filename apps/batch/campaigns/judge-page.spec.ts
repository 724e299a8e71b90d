import { describe, expect, it } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { ChosenAsset } from '#persistence/campaign-run-store.js';
import { SpoolFull, StorageLate } from '#storage/errors.js';

import { LATE_DETAIL } from '../heavy/late-bytes.js';
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
const TERMS = { policy: POLICY, gate: NO_GATE, nowMs: 0 };

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
  attempts: 0,
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

const ATTEMPTS_MAX = 3;
const RELEASED = { release: () => Promise.resolve() };

/**
 * A tier that says what it is told of each path, and remembers its calls.
 *
 * @param late assets whose bytes do not come, as `others` that are asked for beside
 */
function tier(says: Readonly<Record<string, ClassifyOutcome | Error>>, late: Readonly<Record<string, Error>> = {}) {
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
    parts: {
      classifier: { model: MODEL, classify },
      bytes: {
        borrow: (path: string) => {
          const error = late[path];
          return error === undefined ? Promise.resolve({ path, ...RELEASED }) : Promise.reject(error);
        },
        presence: (path: string) => Promise.resolve(path.startsWith('away') ? ('away' as const) : ('stored' as const)),
      },
      lanes: 2,
      attemptsMax: ATTEMPTS_MAX,
      others: () => Promise.resolve(['x', 'y', 'z'].map((assetId) => ({ assetId, sha256: 'cd' }))),
    },
  };
}

describe('a page of past assets', () => {
  it('is looked at where nothing else decides, in as many parts as there are processes, and keeps its order', async () => {
    const { calls, parts } = tier({ b: scored(0.9) });
    const page = ['a', 'b', 'c'].map((id) => asset(id));
    const { results } = await judgePage(page, TERMS, parts);
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
    expect(needsLook(known, TERMS)).toBe(false);
    const {
      results: [result],
    } = await judgePage([known], TERMS, parts);
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
    expect(page.filter((one) => needsLook(one, { ...TERMS, gate }))).toEqual([]);
    const { results } = await judgePage(page, { ...TERMS, gate }, parts);
    expect(results.map(({ judgement, match, skipped }) => [judgement?.source, match?.match, skipped])).toEqual([
      ['hash', 'exact', null],
      ['hash', 'perceptual', null],
      [undefined, undefined, 'human_decided'],
      [undefined, undefined, 'pending'],
    ]);
    expect(calls).toEqual([]);
  });

  it('is tried again where the tier fails on one alone, and that is set aside in the end', async () => {
    const { parts } = tier({
      a: new ClassifierFailed('memory', 'too much'),
      c: { kind: 'rejected', code: 'undecodable', detail: 'the file ends early' },
    });
    const page = (attempts: number): ChosenAsset[] => [asset('a', { attempts }), asset('b'), asset('c')];
    const { results, again } = await judgePage(page(1), TERMS, parts);
    expect(results.map((result) => [result.asset.assetId, result.skipped, result.detail])).toEqual([
      ['b', null, null],
      ['c', 'refused', 'undecodable'],
    ]);
    const error = 'the classifier process took more memory than it may';
    expect(again).toEqual([{ assetId: 'a', counts: true, error, afterMs: expect.any(Number) }]);
    const last = await judgePage(page(2), TERMS, parts);
    expect(last.again).toEqual([]);
    expect(last.results[0]).toMatchObject({ skipped: 'failed', detail: 'memory', attempts: 3 });
  });

  it('does not look at what its service died over, time and again', async () => {
    const { parts, calls } = tier({});
    const { results } = await judgePage([asset('a', { attempts: 5 }), asset('b', { attempts: 4 })], TERMS, parts);
    expect(results.map(({ skipped, detail }) => [skipped, detail])).toEqual([
      ['failed', 'crashed'],
      [null, null],
    ]);
    expect(calls).toEqual([['b']]);
  });

  it('sets nothing aside for want of room', async () => {
    const full = new SpoolFull('full');
    const { parts } = tier({}, { a: full });
    const { results, again } = await judgePage([asset('a', { attempts: 2 }), asset('b')], TERMS, parts);
    expect(results.map(({ asset: { assetId } }) => assetId)).toEqual(['b']);
    expect(again).toEqual([
      { assetId: 'a', counts: false, error: 'there is no room for a single asset', afterMs: expect.any(Number) },
    ]);
  });

  const LATE = new StorageLate('the bucket answers with 503');
  it.each<[string, readonly string[], readonly string[], 'tried' | 'not tried' | 'outage']>([
    ['one is late and others are not', ['a', 'b'], ['a'], 'tried'],
    ['all are late and others of the place are not', ['a'], ['a'], 'tried'],
    ['all are late, and some others', ['a'], ['a', 'x'], 'tried'],
    ['all are late, and most others', ['a'], ['a', 'x', 'y'], 'outage'],
    ['most are late, and most others', ['a', 'b', 'c'], ['a', 'b', 'x', 'y'], 'not tried'],
    ['one is late, and two others', ['a', 'b', 'c'], ['a', 'x', 'y'], 'not tried'],
    ['most are late, and no others', ['a', 'b', 'c'], ['a', 'b'], 'tried'],
  ])('where %s: %#', async (_case, page, late, expected) => {
    const { parts } = tier({}, Object.fromEntries(late.map((assetId) => [assetId, LATE])));
    const judging = judgePage(
      page.map((assetId) => asset(assetId)),
      TERMS,
      parts,
    );
    if (expected === 'outage') return expect(judging).rejects.toBe(LATE);
    const { results, again } = await judging;
    const failed = page.filter((one) => late.includes(one));
    const isTried = expected === 'tried';
    expect(again.map(({ assetId, counts, error }) => [assetId, counts, error])).toEqual(
      failed.map((assetId) => [assetId, isTried, isTried ? LATE_DETAIL : LATE.message]),
    );
    for (const { afterMs } of again) expect(afterMs >= 60_000).toBe(isTried);
    expect(results.map((result) => result.asset.assetId)).toEqual(page.filter((one) => !late.includes(one)));
  });

  it('is not judged where the place of all files is away', async () => {
    const { parts } = tier({ 'away-a': new ClassifierFailed('io', 'no such file') });
    const others = () => Promise.resolve([{ assetId: 'away-x', sha256: 'cd' }]);
    await expect(judgePage([asset('away-a')], TERMS, { ...parts, others })).rejects.toThrow(StorageLate);
  });

  it('releases nothing for want of a label, and keeps the scores', async () => {
    const suggestive = [{ code: 'violating', label: 'sexual.suggestive' } as const];
    const drawn = [{ code: 'violating', label: 'sexual.explicit.drawn' } as const];
    const { parts } = tier({ d: scored(0.9) });
    const page = [
      asset('a', { verdict: 'block', reasons: suggestive }),
      asset('b', { verdict: 'block', reasons: drawn }),
      asset('c', { verdict: 'allow', reasons: suggestive }),
      asset('d', { verdict: 'block', reasons: suggestive }),
      asset('e', { verdict: 'review', reasons: suggestive, known: { scores: [1, 0], views: 1 } }),
    ];
    const { results } = await judgePage(page, TERMS, parts);
    expect(results.map(({ skipped, detail, judgement }) => [skipped, detail, judgement?.verdict])).toEqual([
      ['label_unknown', 'sexual.suggestive', undefined],
      [null, null, 'allow'],
      [null, null, 'allow'],
      [null, null, 'block'],
      ['label_unknown', 'sexual.suggestive', undefined],
    ]);
    expect(results[0]?.classification).toMatchObject({ modelId: MODEL.id, views: 1 });
  });

  it('is not judged at all while nothing serves the model', async () => {
    const { parts } = tier({ a: new ClassifierUnavailable('none is warm') });
    await expect(judgePage([asset('a')], TERMS, parts)).rejects.toThrow(ClassifierUnavailable);
  });
});
