import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { fittedTable, terminalWidth } from './fitted-table.js';
import { lengthOf } from './folded-text.js';

const COLUMNS = [{ head: 'id' }, { head: 'path', foldsTo: 6 }, { head: 'why', foldsTo: 6 }];
const widestLine = (table: string): number => Math.max(...table.split('\n').map(lengthOf));

describe('a table for a terminal', () => {
  it('is as wide as it has to be, where that fits', () => {
    expect(fittedTable(COLUMNS, [['1', 'a.jpg', 'fast']], 80)).toBe(
      ['┌────┬───────┬──────┐', '│ id │ path  │ why  │', '├────┼───────┼──────┤', '│ 1  │ a.jpg │ fast │']
        .concat('└────┴───────┴──────┘\n')
        .join('\n'),
    );
  });

  it('folds the widest columns until it fits, and keeps the others', () => {
    const table = fittedTable(COLUMNS, [['0123456789', 'short', 'a long reason of many words']], 40);
    expect(widestLine(table)).toBeLessThanOrEqual(40);
    expect(table).toContain('0123456789 │ short');
  });

  it('is never wider than the terminal, unless nothing can be folded any more', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 60 });
    fc.assert(
      fc.property(cell, cell, fc.integer({ min: 27, max: 120 }), (path, why, width) => {
        expect(widestLine(fittedTable(COLUMNS, [['12345', path, why]], width))).toBeLessThanOrEqual(width);
      }),
    );
    expect(widestLine(fittedTable(COLUMNS, [['1'.repeat(50), 'a', 'b']], 20))).toBeGreaterThan(20);
  });

  it('takes 80 characters where nobody says how wide the terminal is', () => {
    expect([terminalWidth({}), terminalWidth({ columns: 0 }), terminalWidth({ columns: 132 })]).toEqual([80, 80, 132]);
  });
});
