import { describe, expect, it } from '@jest/globals';

import { agreementOf } from './agreement.js';

describe('agreement of scores', () => {
  it('counts what changed and whose highest class stayed', () => {
    const reference = [
      [0.9, 0.1],
      [0.6, 0.4],
      [0.2, 0.8],
    ];
    const candidate = [
      [0.9, 0.1],
      [0.4, 0.6],
      [0.3, 0.7],
    ];
    const agreement = agreementOf(reference, candidate);
    expect(agreement).toMatchObject({ images: 3, changed: 2, sameTop: 2 });
    expect(agreement.mean).toBeCloseTo(0.1);
    expect(agreement.p95).toBeCloseTo(0.2);
    expect(agreement.max).toBeCloseTo(0.2);
  });

  it('does not take missing scores for equal ones', () => {
    expect(agreementOf([[0.5, 0.5]], [])).toMatchObject({ changed: 1, sameTop: 0, max: NaN });
  });
});
