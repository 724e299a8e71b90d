import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { bandOf } from '#moderation/judge.js';
import { binOf, SCORE_BINS, SCORE_EDGES } from '#moderation/statistics/score-bins.js';
import type { Histogram } from '#moderation/statistics/label-statistics.js';
import type { StandingName } from '#moderation/statistics/label-sample.js';
import type { Thresholds } from '#moderation/policy.js';

import { BAR_EDGES, barsOf } from './bars.js';
import { countedOf, partedAt, STANDINGS } from './counts.js';

interface Scored {
  readonly score: number;
  readonly standing: StandingName;
  readonly truth: boolean | null;
}

const anyScore = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...SCORE_EDGES));
const assets = fc.array(
  fc.record({
    score: anyScore,
    standing: fc.constantFrom(...STANDINGS),
    truth: fc.constantFrom(true, false, null),
  }),
  { maxLength: 60 },
);
const pair = (of: fc.Arbitrary<number>): fc.Arbitrary<Thresholds> =>
  fc.tuple(of, of).map(([one, other]) => ({ clearBelow: Math.min(one, other), blockFrom: Math.max(one, other) }));

function histogramOf(scored: readonly Scored[]): Histogram {
  const bins = (wanted: (one: Scored) => boolean): number[] => {
    const found = Array.from({ length: SCORE_BINS }, () => 0);
    for (const one of scored.filter(wanted)) found[binOf(one.score)] = (found[binOf(one.score)] ?? 0) + 1;
    return found;
  };
  const of = (name: StandingName): number[] => bins(({ standing }) => standing === name);
  return {
    edges: SCORE_EDGES,
    standing: { allow: of('allow'), block: of('block'), review: of('review'), pending: of('pending') },
    there: bins(({ truth }) => truth === true),
    notThere: bins(({ truth }) => truth === false),
  };
}

/** The same one by one, as the core judges. */
function oneByOne(scored: readonly Scored[], at: Thresholds): Record<string, number> {
  const counts = { clear: 0, uncertain: 0, violating: 0 };
  for (const { score } of scored) counts[bandOf(score, at)] += 1;
  return counts;
}

describe('what thresholds make of scores', () => {
  it('is what it is one by one, where they lie on edges', () => {
    fc.assert(
      fc.property(assets, pair(fc.constantFrom(...SCORE_EDGES)), (scored, at) => {
        const parted = partedAt(countedOf(histogramOf(scored)), at);
        expect(parted.mayBeOff).toBe(0);
        expect(parted.bands).toEqual(oneByOne(scored, at));
        for (const truth of [true, false]) {
          const expected = oneByOne(
            scored.filter((one) => one.truth === truth),
            at,
          );
          expect(truth ? parted.there : parted.notThere).toEqual(expected);
        }
      }),
    );
  });

  it('is off by no more than it says, between edges, and always sums up to all', () => {
    fc.assert(
      fc.property(assets, pair(anyScore), (scored, at) => {
        const { bands, mayBeOff } = partedAt(countedOf(histogramOf(scored)), at);
        const exact = oneByOne(scored, at);
        expect(bands.clear + bands.uncertain + bands.violating).toBe(scored.length);
        expect(Math.min(bands.clear, bands.uncertain, bands.violating)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(bands.clear - (exact['clear'] ?? 0))).toBeLessThanOrEqual(mayBeOff);
        expect(Math.abs(bands.violating - (exact['violating'] ?? 0))).toBeLessThanOrEqual(mayBeOff);
      }),
    );
  });

  it('clears no fewer and blocks no more as thresholds rise', () => {
    fc.assert(
      fc.property(assets, pair(anyScore), pair(anyScore), (scored, one, other) => {
        const counted = countedOf(histogramOf(scored));
        const low = { clearBelow: Math.min(one.clearBelow, other.clearBelow), blockFrom: one.blockFrom };
        const [before, after] = [partedAt(counted, low), partedAt(counted, { ...low, clearBelow: one.clearBelow })];
        expect(after.bands.clear).toBeGreaterThanOrEqual(before.bands.clear);
        const raised = { ...low, blockFrom: Math.max(one.blockFrom, other.blockFrom) };
        expect(partedAt(counted, raised).bands.violating).toBeLessThanOrEqual(before.bands.violating);
      }),
    );
  });
});

describe('bars', () => {
  it('lie on edges of bins, and hold each asset once', () => {
    for (const edge of BAR_EDGES) expect(SCORE_EDGES).toContain(edge);
    expect(BAR_EDGES.every((edge, index) => index === 0 || edge > (BAR_EDGES[index - 1] ?? 1))).toBe(true);
    fc.assert(
      fc.property(assets, (scored) => {
        const bars = barsOf(histogramOf(scored));
        for (const { from, to, standing, there, notThere, all } of bars) {
          const inside = scored.filter(({ score }) => score >= from && (score < to || (to === 1 && score === 1)));
          expect(all).toBe(inside.length);
          for (const name of STANDINGS) {
            expect(standing[name]).toBe(inside.filter((one) => one.standing === name).length);
          }
          expect([there, notThere]).toEqual(
            [true, false].map((is) => inside.filter(({ truth }) => truth === is).length),
          );
        }
        expect(bars.reduce((sum, { all }) => sum + all, 0)).toBe(scored.length);
      }),
    );
  });
});
