import { describe, expect, it } from '@jest/globals';
import { UUID } from 'uuidv7';

import { dayOf, firstIdAt } from './day.js';

describe('a day', () => {
  it('begins and ends at midnight UTC', () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    const day = { startMs: Date.UTC(2026, 5, 1), endMs: Date.UTC(2026, 5, 2) };
    expect([dayOf(noon), dayOf(day.startMs), dayOf(day.endMs - 1)]).toEqual([day, day, day]);
    expect(dayOf(day.endMs).startMs).toBe(day.endMs);
  });
});

describe('the first id of a millisecond', () => {
  it('lies between the ids of that millisecond and those before', () => {
    const ms = Date.UTC(2026, 5, 1, 12, 30, 15, 250);
    const [zeros, ones] = [
      [0, 0],
      [0xfff, 0xffffffff],
    ] as const;
    const smallest = UUID.fromFieldsV7(ms, zeros[0], zeros[0], zeros[1]).toString();
    const before = UUID.fromFieldsV7(ms - 1, ones[0], 0x3fffffff, ones[1]).toString();
    expect(firstIdAt(ms)).toBe(smallest);
    expect(before < firstIdAt(ms)).toBe(true);
  });
});
