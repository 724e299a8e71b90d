import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { UsageLedger } from './usage-ledger.js';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);

describe('the ledger of a tier', () => {
  it('counts time in the minutes that it lies in', () => {
    const ledger = new UsageLedger();
    ledger.time('busyCoreMs', NOON + 59_000, NOON + 60_500, 2);
    ledger.items(NOON + 60_500, 3);
    ledger.cpu(NOON + 60_500, 40);
    ledger.cpu(NOON + 60_600, 2);
    expect(ledger.changed()).toEqual([
      { minuteMs: NOON, busyCoreMs: 2_000, allocatedCoreMs: 0, cpuMs: null, items: 0 },
      { minuteMs: NOON + 60_000, busyCoreMs: 1_000, allocatedCoreMs: 0, cpuMs: 42, items: 3 },
    ]);
  });

  it('gives a minute again, as a whole, until what was given is all there is', () => {
    const ledger = new UsageLedger();
    ledger.items(NOON, 1);
    const first = ledger.changed();
    ledger.items(NOON + 1, 1);
    ledger.written(first, NOON + 2);
    expect(ledger.changed()).toMatchObject([{ minuteMs: NOON, items: 2 }]);
    ledger.written(ledger.changed(), NOON + 3);
    expect(ledger.changed()).toEqual([]);
    ledger.items(NOON + 4, 1);
    expect(ledger.changed()).toMatchObject([{ minuteMs: NOON, items: 3 }]);
  });

  it('does not forget what could not be written', () => {
    const ledger = new UsageLedger();
    ledger.items(NOON, 7);
    ledger.items(NOON + 9 * HOUR_MS, 1);
    ledger.written(ledger.changed().slice(1), NOON + 9 * HOUR_MS);
    expect(ledger.changed()).toMatchObject([{ minuteMs: NOON, items: 7 }]);
  });

  it('writes no minute anew that it has forgotten, however late more of it comes', () => {
    const ledger = new UsageLedger();
    ledger.time('busyCoreMs', NOON, NOON + 60_000, 1);
    ledger.written(ledger.changed(), NOON + 9 * HOUR_MS);
    ledger.time('busyCoreMs', NOON, NOON + 9 * HOUR_MS, 1);
    const minutes = ledger.changed();
    expect(minutes[0]?.minuteMs).toBe(NOON + 7 * HOUR_MS);
    expect(minutes.every(({ busyCoreMs }) => busyCoreMs <= 60_000)).toBe(true);
  });

  it('gives up the oldest minutes when for a week none could be written', () => {
    const ledger = new UsageLedger();
    for (let minute = 0; minute < 10_090; minute += 1) ledger.items(NOON + minute * 60_000, 1);
    const kept = ledger.changed();
    expect(kept).toHaveLength(10_080);
    expect(kept[0]?.minuteMs).toBe(NOON + 10 * 60_000);
  });

  it('loses nothing and doubles nothing, whenever it is written and whether that was known', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 90_000 }),
      busyMs: fc.integer({ min: 0, max: 60_000 }),
      items: fc.integer({ min: 0, max: 5 }),
      write: fc.constantFrom('no', 'known', 'unknown', 'failed'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ledger = new UsageLedger();
        const rows = new Map<number, { busyCoreMs: number; items: number }>();
        let [atMs, busyMs, items] = [NOON, 0, 0];
        for (const one of steps) {
          atMs += one.afterMs;
          ledger.time('busyCoreMs', atMs - one.busyMs, atMs, 1);
          ledger.items(atMs, one.items);
          busyMs += one.busyMs;
          items += one.items;
          const copies = ledger.changed();
          if (one.write === 'known' || one.write === 'unknown') for (const row of copies) rows.set(row.minuteMs, row);
          if (one.write === 'known') ledger.written(copies, atMs);
        }
        for (const row of ledger.changed()) rows.set(row.minuteMs, row);
        const written = [...rows.values()];
        expect(written.reduce((sum, row) => sum + row.busyCoreMs, 0)).toBeCloseTo(busyMs, 3);
        expect(written.reduce((sum, row) => sum + row.items, 0)).toBe(items);
      }),
    );
  });
});
