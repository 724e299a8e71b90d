import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SCORE_EDGES } from '#moderation/statistics/score-bins.js';

import { edgeAt, edgeBeside, firstFrom, fromScale, partOf, REACH, toScale } from './scale.js';

const score = (): fc.Arbitrary<number> =>
  fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...SCORE_EDGES));

describe('the scale of scores', () => {
  it('has a place for each, in order, and back', () => {
    fc.assert(
      fc.property(score(), score(), (one, other) => {
        expect(Math.abs(fromScale(toScale(one)) - one)).toBeLessThan(1e-12);
        expect(partOf(one)).toBeGreaterThanOrEqual(0);
        expect(partOf(one)).toBeLessThanOrEqual(1);
        if (one + 1e-12 < other) expect(partOf(one)).toBeLessThan(partOf(other));
      }),
    );
    expect([partOf(0), partOf(0.5), partOf(1)]).toEqual([0, 0.5, 1]);
    expect([fromScale(-2 * REACH), fromScale(2 * REACH)]).toEqual([0, 1]);
  });

  it('finds the edge that is nearest to a pointer', () => {
    for (const edge of SCORE_EDGES) expect(edgeAt(SCORE_EDGES, partOf(edge))).toBe(edge);
    expect([edgeAt(SCORE_EDGES, -1), edgeAt(SCORE_EDGES, 2)]).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (part) => {
        const found = Math.abs(partOf(edgeAt(SCORE_EDGES, part)) - part);
        const index = firstFrom(SCORE_EDGES, edgeAt(SCORE_EDGES, part));
        for (const beside of [SCORE_EDGES[index - 1], SCORE_EDGES[index + 1]]) {
          if (beside !== undefined) expect(found).toBeLessThanOrEqual(Math.abs(partOf(beside) - part) + 1e-12);
        }
      }),
    );
  });

  it('steps from edge to edge, from between two to the next, and not beyond the ends', () => {
    const edges = [0, 0.25, 0.5, 0.75, 1];
    expect([edgeBeside(edges, 0.5, 1), edgeBeside(edges, 0.5, -2), edgeBeside(edges, 0.5, 9)]).toEqual([0.75, 0, 1]);
    expect([edgeBeside(edges, 0.3, 1), edgeBeside(edges, 0.3, -1), edgeBeside(edges, 0, -1)]).toEqual([0.5, 0.25, 0]);
    expect([edgeBeside(edges, 0.3, 2), edgeBeside(edges, 0.3, -2)]).toEqual([0.75, 0]);
  });
});
