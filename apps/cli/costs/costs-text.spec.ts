import { describe, expect, it } from '@jest/globals';

import { costAnswer } from '#contracts/cost-answer.js';
import type { Usage } from '#moderation/capacity/cost.js';

import { costsText } from './costs-text.js';

const HOUR_MS = 3_600_000;
const FROM = Date.UTC(2026, 5, 1, 12);
const PRICE = { perCoreHour: 0.04, currency: 'EUR' };

const heavy: Usage = {
  tier: 'heavy',
  modelId: 'big/1.0.0',
  busyCoreMs: HOUR_MS,
  allocatedCoreMs: 2 * HOUR_MS,
  cpuMs: null,
  items: 36_000,
};
const text = (usages: readonly Usage[]): string =>
  costsText(costAnswer(usages, { fromMs: FROM, untilMs: FROM + HOUR_MS }, PRICE));

/** The cells of the table's line that begins with `word`. */
const cells = (table: string, word: string): string[] | undefined =>
  table
    .split('\n')
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .find(([first]) => first === word);

describe('costs for people', () => {
  it('tell the time, the price and what each model took', () => {
    const table = text([heavy]);
    expect(table).toContain('2026-06-01T12:00:00.000Z to 2026-06-01T13:00:00.000Z (1.0 h), 0.04 EUR a core-hour');
    expect(cells(table, 'heavy')).toEqual([
      'heavy',
      'big/1.0.0',
      '36000',
      '10.00',
      '1.000',
      '2.000',
      '',
      '50.0 %',
      '10.00',
      '0.0400',
      '0.0400',
      '0.0800',
      '0.00000222',
      '0.00222',
    ]);
    expect(cells(table, 'all')).toBeUndefined();
  });

  it('tell all together where there is more than one', () => {
    const fast: Usage = { ...heavy, tier: 'fast', modelId: 'small/1.0.0', cpuMs: HOUR_MS, items: 0, busyCoreMs: 0 };
    const table = text([fast, heavy]);
    expect(cells(table, 'fast')).toEqual(expect.arrayContaining(['0.0 %', '1.000', '0.0800']));
    // what no item was answered for has no price an item
    expect(cells(table, 'fast')?.slice(-2)).toEqual(['', '']);
    expect(cells(table, 'all')?.slice(2, 6)).toEqual(['36000', '10.00', '1.000', '4.000']);
    expect(cells(table, 'all')?.slice(-3)).toEqual(['0.160', '', '']);
  });

  it('tell that there was nothing', () => {
    expect(text([])).toContain('Nothing was metered in this time.');
  });
});
