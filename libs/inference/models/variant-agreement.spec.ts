import { describe, expect, it } from '@jest/globals';
import { variantPasses } from './variant.js';
import { agreementOf } from './variant-agreement.js';

describe('agreementOf', () => {
  it('counts top classes and takes the largest difference of each view', () => {
    const model = Array.from({ length: 40 }, () => [0.5, 0.3, 0.2]);
    const variant = model.map((row, view) => {
      if (view === 0) return [0.3, 0.5, 0.2];
      return view < 3 ? [0.4, 0.35, 0.25] : row;
    });
    expect(agreementOf(model, variant)).toEqual({ views: 40, top1: 0.975, p95: expect.closeTo(0.1, 3), max: 0.2 });
  });

  it('rounds a limit that is missed to the worse side', () => {
    const model = Array.from({ length: 20_001 }, () => [0.9, 0.1]);
    const variant = model.map((row, view) => (view < 201 ? [0.1, 0.9] : row));
    expect(agreementOf(model, variant).top1).toBe(0.9899);
    expect(agreementOf([[0.9, 0.1]], [[0.859999, 0.14]]).p95).toBe(0.0401);
  });

  it('refuses what cannot be compared', () => {
    expect(() => agreementOf([], [])).toThrow(RangeError);
    expect(() => agreementOf([[1, 0]], [])).toThrow(RangeError);
    expect(() => agreementOf([[1, 0]], [[1]])).toThrow(RangeError);
  });
});

describe('variantPasses', () => {
  it.each([
    [{ top1: 0.99, p95: 0.04 }, true],
    [{ top1: 0.9899, p95: 0 }, false],
    [{ top1: 1, p95: 0.0401 }, false],
  ])('judges %j: %s', (agreement, passes) => {
    expect(variantPasses({ views: 100, max: 0.9, ...agreement })).toBe(passes);
  });
});
