import { describe, expect, it } from '@jest/globals';

import { readReals } from './read-reals.js';

/** What PostgreSQL 18 answers to `SELECT array_send(…)`. */
const SENT: [string, string, number[]][] = [
  [`ARRAY[0.5, 1]::real[]`, '0000000100000000000002bc0000000200000001000000043f000000000000043f800000', [0.5, 1]],
  [`'{}'::real[]`, '0000000000000000000002bc', []],
];

describe('the numbers of an array', () => {
  it.each(SENT)('of %s are read', (_text, hex, values) => {
    expect([...readReals(Buffer.from(hex, 'hex'))]).toEqual(values);
  });

  it('are not read where some are missing', () => {
    const cut = Buffer.from('0000000100000000000002bc0000000200000001000000043f000000', 'hex');
    expect(() => readReals(cut)).toThrow(/out of range/);
  });
});
