import { describe, expect, it } from '@jest/globals';

import { readSettings } from '#settings/settings.js';

import { isMet } from '../bench-result.js';
import { recoveryResult } from './recovery-result.js';

const OPTIONS = { rounds: 2, assets: 3, variant: 'int8', backend: 'both' } as const;
const FAST = { leased: 2, lastLeaseMs: 7_940, finalsMs: [8_200, 8_600, 9_040] };
const SLOW = { leased: 3, lastLeaseMs: 8_000, finalsMs: [9_000, 12_000, 15_100] };

describe('the report of recoveries', () => {
  const { promised, tables, command } = recoveryResult(OPTIONS, readSettings({}, '/'), [
    { backend: 'postgres', recoveries: [FAST, FAST] },
    { backend: 'redis', recoveries: [FAST, SLOW] },
  ]);

  it('holds the worst of all kills against what is promised, on each backend', () => {
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [9, true],
      [15.1, false],
    ]);
  });

  it('tells the middle and the worst', () => {
    expect(tables[1]?.rows).toEqual([
      ['the last lease has run out', '8', '8'],
      ['first final', '8.6', '9'],
      ['last final', '12.1', '15.1'],
    ]);
    expect(tables[1]?.title).toBe('Queue in redis: 2 kills, 2, 3 assets under a lease');
  });

  it('says how to do it again', () => {
    expect(command).toBe('npm run portcullis -- bench recovery --rounds 2 --assets 3 --variant int8 --backend both');
  });
});
