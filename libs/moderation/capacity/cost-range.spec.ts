import { describe, expect, it } from '@jest/globals';

import { costRange } from './cost-range.js';

const at = (time: string): number => Date.parse(`2026-06-${time}Z`);
const NOW = at('30T12:00:30');

describe('the minutes that costs are added up over', () => {
  it.each<[string, string, string, [string, string]]>([
    ['are whole', '10T08:00:59', '10T08:05:01', ['10T08:00:00', '10T08:06:00']],
    ['are those that were given', '10T08:00:00', '10T08:05:00', ['10T08:00:00', '10T08:05:00']],
    ['are one at least', '10T08:00:10', '10T08:00:10', ['10T08:00:00', '10T08:01:00']],
    ['end with the one that is now', '30T11:00:00', '30T20:00:00', ['30T11:00:00', '30T12:01:00']],
  ])('%s', (_what, from, until, [first, last]) => {
    expect(costRange({ fromMs: at(from), untilMs: at(until) }, NOW)).toEqual({
      fromMs: at(first),
      untilMs: at(last),
    });
  });

  it.each<[string, number, number]>([
    ['that end before they begin', at('10T08:00:30'), at('10T08:00:10')],
    ['that are yet to come', at('30T12:05:00'), at('30T12:06:00')],
    ['of more than a year', at('10T08:00:00') - 367 * 86_400_000, at('10T08:00:00')],
    ['that are no times', Number.NaN, NOW],
  ])('are none %s', (_what, fromMs, untilMs) => {
    expect(costRange({ fromMs, untilMs }, NOW)).toBeUndefined();
  });
});
