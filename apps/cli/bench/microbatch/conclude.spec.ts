import { describe, expect, it } from '@jest/globals';

import { compareSides, conclude, directionOf, type Comparison } from './conclude.js';
import type { SideRun } from './measure-side.js';

const run = (p95Ms: number, itemsPerSecond: number, cpuMsPerItem: number | null): SideRun => ({
  p50Ms: p95Ms / 2,
  p95Ms,
  p99Ms: p95Ms * 2,
  itemsPerSecond,
  cpuMsPerItem,
  decidedShare: 1,
  meanBatch: 1,
  isValid: true,
});

const ratio = (middle: number, spread = 0): { median: number; low: number; high: number } => ({
  median: middle,
  low: middle - spread,
  high: middle + spread,
});

const comparison = (p95: number, items: number, cpu: number): Comparison => ({
  p95: ratio(p95),
  items: ratio(items),
  cpu: ratio(cpu),
});

describe('a comparison of both sides', () => {
  it('is of ratios within a round', () => {
    const pairs = [
      { alone: run(20, 100, 12), window: run(40, 110, 12) },
      { alone: run(10, 100, 10), window: run(30, 100, 11) },
      { alone: run(20, 100, 12), window: run(44, 120, 12) },
    ];
    expect(compareSides(pairs)).toEqual({
      p95: { median: 2.2, low: 2, high: 3 },
      items: { median: 1.1, low: 1, high: 1.2 },
      cpu: { median: 1, low: 1, high: 1.1 },
    });
  });

  it('has no processor time where a side has none', () => {
    expect(compareSides([{ alone: run(1, 1, null), window: run(1, 1, 3) }]).cpu).toBeNull();
  });

  it.each([
    [ratio(0.9, 0.05), 'less'],
    [ratio(0.9, 0.2), 'same'],
    [ratio(1.2, 0.1), 'more'],
    [ratio(1.02), 'same'],
    [ratio(0.99), 'same'],
  ])('says of %j: %s', (found, direction) => {
    expect(directionOf(found)).toBe(direction);
  });
});

describe('the conclusion', () => {
  it.each([
    ['batch 1 is better', comparison(2.2, 1, 1), 'it does not pay here'],
    ['utilisation is bought', comparison(2.2, 1.3, 0.8), 'it buys utilisation with latency.'],
    ['it pays', comparison(1, 1.3, 0.8), 'it pays.'],
    ['nothing is seen', comparison(1, 1, 1.01), 'it makes no difference'],
    ['it costs and brings nothing', comparison(1, 0.9, 1.1), 'it does not pay here'],
  ])('when %s says so', (_, found, words) => {
    const sentence = conclude(25, found, found);
    expect(sentence).toContain('25 ms');
    expect(sentence).toContain(words);
    expect(sentence).toContain(`${found.p95.median} times`);
  });

  it('does without processor time', () => {
    const blind = { ...comparison(1, 1, 1), cpu: null };
    expect(conclude(25, blind, blind)).toContain('could not be told');
  });
});
