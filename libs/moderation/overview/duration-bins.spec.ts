import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { binOf, quantile, SHORTEST_MS } from './duration-bins.js';

const WITHIN = 1.045;
const durations = fc.array(fc.double({ min: SHORTEST_MS, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });

function counted(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(binOf(value), (counts.get(binOf(value)) ?? 0) + 1);
  return counts;
}

describe('durations in bins', () => {
  it('tell each share within some per cent of the duration itself', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
        const exact = [...values].sort((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? NaN;
        const told = quantile(counted(values), share) ?? NaN;
        expect(Math.max(told / exact, exact / told)).toBeLessThan(WITHIN);
      }),
    );
  });

  it('tell nothing of none', () => {
    expect(quantile(new Map(), 0.5)).toBeNull();
    expect(quantile(new Map([[3, 0]]), 0.5)).toBeNull();
  });

  it('count what took no time as what took the shortest', () => {
    expect(binOf(0)).toBe(binOf(SHORTEST_MS));
  });
});
