import { describe, expect, it } from '@jest/globals';

import { drawBars, drawLine, highest, inASentence } from './chart.js';

describe('a chart', () => {
  it('stacks parts, the highest bar as high as the chart', () => {
    const bars = [{ parts: [1, 3] }, { parts: [0, 0] }, { parts: [2, 0] }];
    expect(highest(bars)).toBe(4);
    const drawn = drawBars(bars);
    expect(drawn.map(({ part, y, height }) => [part, y, height])).toEqual([
      [0, 75, 25],
      [1, 0, 75],
      [0, 50, 50],
    ]);
    expect(drawn.every(({ x, width }) => x >= 0 && x + width <= 100)).toBe(true);
  });

  it('shows what is little, and nothing of nothing', () => {
    expect(drawBars([{ parts: [1_000] }, { parts: [1] }])[1]?.height).toBe(1.5);
    expect(drawBars([{ parts: [0] }])).toEqual([]);
    expect(drawBars([])).toEqual([]);
  });

  it('breaks a line where nothing is known', () => {
    expect(drawLine([10, null, 5, 0], 10)).toBe('M12.50 0.00h0.01M62.50 50.00h0.01L87.50 100.00');
  });

  it('can be told in a sentence', () => {
    const tell = (value: number): string => `${value} s`;
    expect(inASentence('Wait', [3, null, 1, 2], tell)).toBe('Wait: at least 1 s, at most 3 s, lately 2 s.');
    expect(inASentence('Wait', [null], tell)).toBe('Wait: nothing in this window.');
  });
});
