import { describe, expect, it } from '@jest/globals';

import { isMet } from '../bench-result.js';
import { consoleResult } from './console-result.js';
import type { SubmitMeasurements } from './time-submits.js';

const submits = (ahead: number): SubmitMeasurements => ({
  aheadMs: [...Array.from({ length: 19 }, () => 40), ahead],
  unreadMs: [150],
  parts: { decide: [30], claim: [10], read: [25], picture: [60] },
});
const OPTIONS = { items: 20, open: 1_000, streams: 8, changes: 2, reads: 1 };

describe('the report on the console', () => {
  const { promised, tables, data } = consoleResult(OPTIONS, {
    alone: submits(90),
    beside: { ...submits(0), aheadMs: [99.96, 100.2] },
    rssMb: { before: 100, open: 101 },
    toldMs: [100.4, 900],
    queueMs: { 'the first page': [12.34] },
  });

  it('holds the promise against what was read ahead, alone and beside streams', () => {
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [40, true],
      [100.2, false],
    ]);
    expect(tables[0]?.rows[1]).toEqual(['alone, nothing read ahead', '1', '150', '150', '150']);
  });

  it('shares out the memory, and tells what delays are made of', () => {
    expect(data).toMatchObject({ perStreamKb: 128 });
    expect(tables[1]?.rows).toHaveLength(8);
    expect(tables[2]?.rows.map(([, value]) => value)).toEqual(['8', '128', '100', '900', '900']);
    expect(tables[3]?.rows).toEqual([['the first page', '1', '12.3', '12.3', '12.3']]);
  });

  it('says where memory is not to be had', () => {
    const other = consoleResult(OPTIONS, {
      alone: submits(1),
      beside: submits(1),
      rssMb: undefined,
      toldMs: [1],
      queueMs: {},
    });
    expect(other.tables[2]?.rows[1]?.[1]).toBe('not measured');
  });
});
