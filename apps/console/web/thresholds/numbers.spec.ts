import { describe, expect, it } from '@jest/globals';

import { scoreOf, scoreText } from './numbers.js';

describe('scores', () => {
  it('are written as people write them, and read back', () => {
    expect([0, 1, 0.3, 0.75, 0.755, 0.29, 0.00012, 0.99988].map(scoreText)).toEqual([
      '0.00',
      '1.00',
      '0.30',
      '0.75',
      '0.755',
      '0.29',
      '0.00012',
      '0.99988',
    ]);
    for (const score of [0.0001, 0.00099, 0.0099, 0.123, 0.9901, 0.99999])
      expect(scoreOf(scoreText(score))).toBe(score);
  });

  it('are read with a point or a comma, and nothing else is a score', () => {
    expect(['0.5', '0,5', ' .5 ', '1', '1.'].map(scoreOf)).toEqual([0.5, 0.5, 0.5, 1, 1]);
    expect(['', 'x', '-0.1', '1e-3', '0.5.5', '0x1', 'NaN'].map(scoreOf).every(Number.isNaN)).toBe(true);
  });
});
