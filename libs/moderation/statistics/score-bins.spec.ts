import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { binOf, SCORE_BINS, SCORE_EDGES } from './score-bins.js';

describe('bins of scores', () => {
  it('cover 0 to 1 in order, at the numbers that people write', () => {
    expect([SCORE_EDGES[0], SCORE_EDGES.at(-1)]).toEqual([0, 1]);
    expect(SCORE_EDGES.every((edge, index) => index === 0 || edge > (SCORE_EDGES[index - 1] ?? 1))).toBe(true);
    expect(SCORE_EDGES.every((edge) => Number(edge.toFixed(5)) === edge)).toBe(true);
    for (const written of ['0.0001', '0.00099', '0.3', '0.35', '0.75', '0.9901', '0.9999']) {
      expect(SCORE_EDGES).toContain(Number(written));
    }
  });

  it('hold every score between their edge and the next', () => {
    const anywhere = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(anywhere, fc.constantFrom(...SCORE_EDGES)), (score) => {
        const bin = binOf(score);
        expect(score).toBeGreaterThanOrEqual(SCORE_EDGES[bin] ?? Number.NaN);
        expect(bin === SCORE_BINS - 1 ? score === 1 : score < (SCORE_EDGES[bin + 1] ?? Number.NaN)).toBe(true);
      }),
    );
  });

  it('hold no score that is none', () => {
    expect([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY].map(binOf)).toEqual([-1, -1, -1, -1]);
  });
});
