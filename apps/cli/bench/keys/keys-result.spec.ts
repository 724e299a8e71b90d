import { describe, expect, it } from '@jest/globals';

import { isMet } from '../bench-result.js';
import { spreadOf } from '../statistics.js';
import { keysResult } from './keys-result.js';

describe('the report on keys', () => {
  const checkUs = spreadOf([...Array.from({ length: 95 }, () => 1.23456), 300, 300, 300, 300, 300]);
  const { promised, tables } = keysResult(
    { keys: 10, seconds: 1, revocations: 3 },
    { checkUs, lookups: 4 },
    [2_600.4, 5_100.2, 30.1],
  );

  it('holds the check’s p95 and the longest life after a revocation against the promises', () => {
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [0.0012, true],
      [5_100, false],
    ]);
  });

  it('tells the rest', () => {
    expect(tables.map(({ rows }) => rows)).toEqual([
      [['100', '1.23', '1.23', '300', '300', '4']],
      [['3', '30', '2600', '5100', '5100']],
    ]);
  });
});
