import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { TIERS } from '../words.js';
import { costOf, totalCost, type Usage } from './cost.js';

const HOUR_MS = 3_600_000;

const ofFast = (differing: Partial<Usage> = {}): Usage => ({
  tier: 'fast',
  modelId: 'small/1.0.0',
  busyCoreMs: 0,
  allocatedCoreMs: 0,
  cpuMs: null,
  items: 0,
  ...differing,
});

const usage = fc
  .record({
    tier: fc.constantFrom(...TIERS),
    modelId: fc.constantFrom('a/1.0.0', 'b/1.0.0', 'c/2.0.0'),
    allocatedCoreMs: fc.integer({ min: 0, max: 1_000 * HOUR_MS }),
    busyShare: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    cpuMs: fc.option(fc.integer({ min: 0, max: HOUR_MS })),
    items: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000_000 })),
  })
  .map(({ busyShare, ...rest }): Usage => ({ ...rest, busyCoreMs: Math.floor(rest.allocatedCoreMs * busyShare) }));
const usages = fc.array(usage, { maxLength: 12 });
const price = fc.double({ min: 0, max: 100, noNaN: true });

const near = (value: number): number => Math.max(1e-9, Math.abs(value) * 1e-9);
const allocation = (of: readonly Usage[], pricePerCoreHour: number): number =>
  of.reduce((sum, { allocatedCoreMs }) => sum + (allocatedCoreMs / HOUR_MS) * pricePerCoreHour, 0);

describe('what a model costs', () => {
  it('is its usage and the idle time of what is kept for it', () => {
    const [cost] = costOf(
      [ofFast({ busyCoreMs: HOUR_MS, allocatedCoreMs: 4 * HOUR_MS, cpuMs: 1_800_000, items: 10_000 })],
      0.05,
    );
    expect(cost).toMatchObject({ usageCost: 0.05, items: 10_000, cpuMs: 1_800_000, utilisation: 0.25 });
    expect(cost?.idleCost).toBeCloseTo(0.15, 12);
    expect(cost?.cost).toBeCloseTo(0.2, 12);
    expect(cost?.costPerItem).toBeCloseTo(0.000_02, 12);
    expect(cost?.costPerThousand).toBeCloseTo(0.02, 12);
    expect(cost?.itemsPerBusyCoreSecond).toBeCloseTo(10_000 / 3_600, 9);
  });

  it('has the idle time of its tier in proportion to its usage, and none of another tier', () => {
    const costs = costOf(
      [
        ofFast({ modelId: 'b/1.0.0', busyCoreMs: HOUR_MS, allocatedCoreMs: 2 * HOUR_MS }),
        ofFast({ modelId: 'a/1.0.0', busyCoreMs: 3 * HOUR_MS, allocatedCoreMs: 10 * HOUR_MS }),
        ofFast({ tier: 'heavy', busyCoreMs: HOUR_MS, allocatedCoreMs: HOUR_MS }),
      ],
      1,
    );
    expect(costs.map(({ tier, modelId, idleCost }) => [tier, modelId, idleCost])).toEqual([
      ['fast', 'a/1.0.0', 6],
      ['fast', 'b/1.0.0', 2],
      ['heavy', 'small/1.0.0', 0],
    ]);
  });

  it('is that of its own allocation where nothing was busy', () => {
    const costs = costOf(
      [ofFast({ modelId: 'a/1.0.0', allocatedCoreMs: HOUR_MS }), ofFast({ modelId: 'b/1.0.0', allocatedCoreMs: 0 })],
      2,
    );
    expect(costs.map(({ cost, utilisation }) => [cost, utilisation])).toEqual([
      [2, 0],
      [0, null],
    ]);
  });

  it('tells the processor time of those whose system tells it', () => {
    expect(costOf([ofFast({ cpuMs: 5 }), ofFast(), ofFast({ cpuMs: 7 })], 1)[0]?.cpuMs).toBe(12);
    expect(costOf([ofFast(), ofFast()], 1)[0]?.cpuMs).toBeNull();
  });
});

describe('costs of any usage', () => {
  it('sum up to what is allocated, tier by tier and together', () => {
    fc.assert(
      fc.property(usages, price, (all, pricePerCoreHour) => {
        const costs = costOf(all, pricePerCoreHour);
        for (const tier of TIERS) {
          const expected = allocation(
            all.filter((one) => one.tier === tier),
            pricePerCoreHour,
          );
          const shares = costs.filter((one) => one.tier === tier).reduce((sum, { cost }) => sum + cost, 0);
          expect(Math.abs(shares - expected)).toBeLessThanOrEqual(near(expected));
        }
        const expected = allocation(all, pricePerCoreHour);
        expect(Math.abs(totalCost(costs).cost - expected)).toBeLessThanOrEqual(near(expected));
      }),
    );
  });

  it('keep every item and every millisecond, whatever the order', () => {
    fc.assert(
      fc.property(usages, price, (all, pricePerCoreHour) => {
        const total = totalCost(costOf(all, pricePerCoreHour));
        const sum = (of: (one: Usage) => number): number => all.reduce((so, one) => so + of(one), 0);
        expect(total.items).toBe(sum(({ items }) => items));
        expect(total.busyCoreMs).toBe(sum(({ busyCoreMs }) => busyCoreMs));
        expect(total.cpuMs ?? 0).toBe(sum(({ cpuMs }) => cpuMs ?? 0));
        const turned = costOf([...all].reverse(), pricePerCoreHour);
        expect(turned.map(({ tier, modelId, items }) => [tier, modelId, items])).toEqual(
          costOf(all, pricePerCoreHour).map(({ tier, modelId, items }) => [tier, modelId, items]),
        );
      }),
    );
  });

  it('rise with the price, and are nothing for nothing', () => {
    fc.assert(
      fc.property(usages, price, price, (all, one, other) => {
        const cheap = costOf(all, Math.min(one, other));
        for (const [place, { cost }] of costOf(all, Math.max(one, other)).entries()) {
          expect(cost).toBeGreaterThanOrEqual(cheap[place]?.cost ?? Infinity);
        }
        for (const { cost } of costOf(all, 0)) expect(cost).toBe(0);
      }),
    );
  });

  it('are null, and never NaN or infinite, where there is nothing to divide by', () => {
    fc.assert(
      fc.property(usages, price, (all, pricePerCoreHour) => {
        const costs = costOf(all, pricePerCoreHour);
        for (const cost of [...costs, totalCost(costs)]) {
          const numbers = Object.values(cost).filter((value) => typeof value === 'number');
          expect(numbers.every(Number.isFinite)).toBe(true);
          expect(cost.costPerItem === null).toBe(cost.items === 0);
          expect(cost.utilisation === null).toBe(cost.allocatedCoreMs === 0);
          expect(cost.itemsPerBusyCoreSecond === null).toBe(cost.busyCoreMs === 0);
          expect(cost.utilisation ?? 0).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
