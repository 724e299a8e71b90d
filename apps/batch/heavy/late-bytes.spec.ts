import { describe, expect, it } from '@jest/globals';

import type { OperationalError } from '#contracts/errors.js';
import type { StoredAsset } from '#persistence/witness-store.js';
import { BytesUnreadable, SpoolFull, StorageLate } from '#storage/errors.js';

import { lateAlone, lateDelayMs } from './late-bytes.js';

const LATE = new StorageLate('the bucket answers with 503');
const asset = (assetId: string): StoredAsset => ({ assetId, sha256: 'cd' });

interface Case {
  /** Late assets, with what was said of each; `own` unless said otherwise. */
  readonly late?: ReadonlyMap<string, OperationalError>;
  readonly witnesses: readonly string[];
  /** What is said when an asset's bytes are asked for once more; nothing: they are given. */
  readonly said?: Readonly<Record<string, Error>>;
  readonly away?: readonly string[];
}

async function judged({ late = new Map([['own', LATE]]), witnesses, said = {}, away = [] }: Case) {
  const asked: string[] = [];
  const alone = await lateAlone(new Map([...late].map(([id, error]) => [asset(id), error])), {
    bytes: {
      presence: (id) => {
        asked.push(id);
        return Promise.resolve(away.includes(id) ? 'away' : 'stored');
      },
      borrow: (id) => {
        const error = said[id];
        return error === undefined
          ? Promise.resolve({ path: id, release: () => Promise.resolve() })
          : Promise.reject(error);
      },
    },
    witnesses: { others: () => Promise.resolve(witnesses.map(asset)) },
  });
  return { alone: alone.map(({ assetId }) => assetId), asked };
}

describe('bytes that are late', () => {
  const own = { own: LATE };

  it.each<[string, Case, string[]]>([
    ['are an asset’s own where others are given', { witnesses: ['a', 'b', 'c'], said: own }, ['own']],
    ['also where one of the others is not', { witnesses: ['a', 'b', 'c'], said: { ...own, a: LATE } }, ['own']],
    ['or is refused alone', { witnesses: ['a'], said: { ...own, a: new BytesUnreadable('refused') } }, ['own']],
    ['but not where two are not', { witnesses: ['a', 'b', 'c'], said: { ...own, a: LATE, c: LATE } }, []],
    ['nor where the only other is not', { witnesses: ['a'], said: { ...own, a: LATE } }, []],
    ['nor where the place of another is away', { witnesses: ['a'], said: own, away: ['a'] }, []],
    ['nor where there is no other', { witnesses: [], said: own }, []],
    ['nor where they are given by now', { witnesses: ['a', 'b'] }, []],
    ['and are where even its presence is not told', { witnesses: ['a'], away: ['own'] }, ['own']],
  ])('%s', async (_what, given, expected) => {
    expect((await judged(given)).alone).toEqual(expected);
  });

  it('are told apart, each by itself', async () => {
    const late = new Map([
      ['own', LATE],
      ['well by now', LATE],
    ]);
    expect((await judged({ late, witnesses: ['a'], said: own })).alone).toEqual(['own']);
  });

  it('for want of room on our own disk are nobody’s, and nobody is asked', async () => {
    const late = new Map([['own', new SpoolFull('full')]]);
    expect(await judged({ late, witnesses: ['a'], said: own })).toEqual({ alone: [], asked: [] });
  });

  it('are not asked for again while the place is not well', async () => {
    expect((await judged({ witnesses: ['a'], said: { ...own, a: LATE } })).asked).toEqual(['a']);
  });

  it('are asked for again after minutes, not seconds', () => {
    expect([lateDelayMs(1, 0), lateDelayMs(1, 1), lateDelayMs(2, 0), lateDelayMs(2, 1)]).toEqual([
      64_000, 128_000, 128_000, 256_000,
    ]);
  });
});
