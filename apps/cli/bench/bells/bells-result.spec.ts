import { describe, expect, it } from '@jest/globals';

import { isMet } from '../bench-result.js';
import { bellsResult } from './bells-result.js';

const OPTIONS = { assets: 1_000, rounds: 3, pending: 100_000, forgotten: 100, backend: 'both' } as const;
const RELAYS = [
  {
    backend: 'postgres',
    rounds: [
      { perSecond: 1_300, cpuMs: { service: 60, postgres: 500 } },
      { perSecond: 900, cpuMs: { service: 50, postgres: 400 } },
      { perSecond: 1_200, cpuMs: { service: 40, postgres: 600 } },
    ],
  },
  { backend: 'redis', rounds: [{ perSecond: 4_000, cpuMs: undefined }] },
] as const;
const LOOKS = {
  findMs: [30, 120, 20],
  leaseMs: [3, 2, 5],
  backlogMs: [80, 90, 70],
  plans: [['Aggregate'], ['Update', '  ->  Index Scan']],
};

describe('the report on bells', () => {
  const { promised, tables } = bellsResult(OPTIONS, RELAYS, LOOKS);

  it('holds medians against the promises', () => {
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [1_200, true],
      [4_000, false],
      [30, true],
    ]);
  });

  it('tells the slowest round, and processor time where it is known', () => {
    expect(tables[0]?.rows).toEqual([
      ['assets/s', '1200', '4000'],
      ['assets/s, slowest round', '900', '4000'],
      ['processor time per asset: service (µs)', '50', '–'],
      ['processor time per asset: postgres (µs)', '500', '–'],
    ]);
    expect(tables[1]?.rows[0]).toEqual(['sees what was forgotten, and leases the first 16 of it', '30', '120']);
  });

  it('shows the plans', () => {
    expect(tables.at(-1)?.rows).toEqual([['`Update`'], ['`  ->  Index Scan`']]);
  });
});
