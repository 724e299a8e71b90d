import { describe, expect, it } from '@jest/globals';

import type { QueueCounts } from '#contracts/review-answer.js';

import { countIn, placeText } from './case-place.js';

const COUNTS: QueueCounts = {
  ...{ open: 120, claimed: 20, held: 7, escalated: 3, mine: 2 },
  ...{ green: 150, amber: 0, red: 0, lateBlocks: 0, more: false },
};
const READ = { read: 100, hasMore: true, counts: COUNTS };

describe('the place of a case', () => {
  it('is of all that there are, and not of those that have been read', () => {
    expect(placeText(6, READ, {})).toBe('7 of 150');
    expect(placeText(6, READ, { state: 'open' })).toBe('7 of 120');
    expect(placeText(1, { ...READ, read: 2, hasMore: false }, { state: 'mine' })).toBe('2 of 2');
  });

  it('says so where there are more than were counted', () => {
    const counts = { ...COUNTS, open: 50_001, more: true };
    expect(placeText(1_233, { ...READ, read: 1_300, counts }, { state: 'open' })).toBe('1\u00a0234 of 50\u00a0001+');
  });

  it('is never more than there are', () => {
    expect(placeText(120, { ...READ, read: 121, hasMore: false }, { state: 'open' })).toBe('121 of 121');
  });

  it('is plainly none behind what has been read, and outside of the queue', () => {
    expect(placeText(-1, READ, {})).toBe('not among the first 100 of 150');
    expect(placeText(-1, { ...READ, hasMore: false }, {})).toBe('not in the queue');
    expect(placeText(-1, { ...READ, hasMore: false }, { label: 'sexual.explicit' })).toBe('not within the filter');
    expect(placeText(-1, { ...READ, counts: undefined }, {})).toBe('');
  });

  it('counts every case once', () => {
    expect(([undefined, 'held', 'mine'] as const).map((state) => countIn(COUNTS, state))).toEqual([150, 7, 2]);
  });
});
