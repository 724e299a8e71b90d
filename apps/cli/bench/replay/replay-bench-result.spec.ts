import { describe, expect, it } from '@jest/globals';

import { isMet } from '../bench-result.js';
import { drawnScores } from './drawn-scores.js';
import { replayResult } from './replay-bench-result.js';

const round = (what: string, ms: number) => ({ what, ms, changed: 7, heapMegabytes: 1 });

describe('the report on replays', () => {
  it('holds the slowest, for a million assets, against the promise', () => {
    const rounds = [round('plain', 100), round('dear', 400), round('plain', 120), round('dear', 600)];
    const stored = { assets: 2_000_000, ms: 1_800, changed: 3, rssMb: { before: 90, most: 101 } };
    const { promised, tables } = replayResult({ assets: 500_000, rounds: 2, stored: 2_000_000 }, rounds, stored);
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [1_200, false],
      [900, true],
    ]);
    expect(tables[0]?.rows).toEqual([
      ['plain', '200', '240', '7'],
      ['dear', '800', '1200', '7'],
    ]);
  });
});

describe('drawn scores', () => {
  it('are the same for the same seed, and lie within 0..1', () => {
    const drawn = drawnScores(500, 3);
    expect(drawn).toEqual(drawnScores(500, 3));
    expect(drawn).not.toEqual(drawnScores(500, 4));
    expect(drawn.fast.every((score) => score >= 0 && score <= 1)).toBe(true);
  });
});
