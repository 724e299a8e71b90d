import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { binOf, SCORE_BINS, SCORE_EDGES } from './score-bins.js';

describe('bins of scores', () => {
  it('cover 0 to 1 in order', () => {
    expect(SCORE_EDGES.length).toBe(SCORE_BINS + 1);
    expect([SCORE_EDGES[0], SCORE_EDGES.at(-1)]).toEqual([0, 1]);
    expect(SCORE_EDGES.every((edge, index) => index === 0 || edge > (SCORE_EDGES[index - 1] ?? 1))).toBe(true);
  });

  it('hold every score between their edges', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
        const bin = binOf(score);
        expect(score).toBeGreaterThanOrEqual(SCORE_EDGES[bin] ?? Number.NaN);
        const next = SCORE_EDGES[bin + 1] ?? Number.NaN;
        expect(score < next || (score === 1 && next === 1)).toBe(true);
      }),
    );
  });

  it('hold no score that is none', () => {
    expect([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY].map(binOf)).toEqual([-1, -1, -1, -1]);
  });
});
