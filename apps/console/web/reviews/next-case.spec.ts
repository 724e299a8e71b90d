import { describe, expect, it } from '@jest/globals';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import { isFor, nextCase } from './next-case.js';

type Queued = Pick<ReviewAnswer, 'id' | 'state' | 'claimedBy' | 'assignedTo' | 'skipped'>;

const a = (id: string, more: Partial<Queued> = {}): Queued => ({
  id,
  state: 'open',
  claimedBy: null,
  assignedTo: null,
  skipped: false,
  ...more,
});
const ann = { name: 'ann', isSenior: false };
const senior = { name: 'sam', isSenior: true };

describe('the next case', () => {
  it('is the one below, and the first one where none is left below', () => {
    const items = [a('1'), a('2'), a('3')];
    expect(nextCase(items, '1', ann)?.id).toBe('2');
    expect(nextCase(items, '3', ann)?.id).toBe('1');
    expect(nextCase(items, 'gone', ann)?.id).toBe('1');
    expect(nextCase([a('1')], '1', ann)).toBeUndefined();
  });

  it('is never one that somebody else works on, or that is not theirs to take', () => {
    const items = [
      a('1'),
      a('claimed', { state: 'claimed', claimedBy: 'ben' }),
      a('escalated', { state: 'escalated' }),
      a('held', { state: 'held' }),
      a('assigned', { assignedTo: 'ben' }),
      a('own', { assignedTo: 'ann' }),
    ];
    expect(nextCase(items, '1', ann)?.id).toBe('own');
    expect(nextCase(items, '1', senior)?.id).toBe('escalated');
    expect(nextCase(items.slice(0, 5), '1', ann)).toBeUndefined();
  });

  it('is one that they have put back only where there is no other', () => {
    const items = [a('1'), a('2', { skipped: true }), a('3')];
    expect(nextCase(items, '1', ann)?.id).toBe('3');
    expect(nextCase(items.slice(0, 2), '1', ann)?.id).toBe('2');
  });

  it('is taken on sight where it is theirs', () => {
    expect(isFor(a('1', { state: 'claimed', claimedBy: 'ann' }), 'ann', false)).toBe(true);
    expect(isFor(a('1', { state: 'claimed', claimedBy: 'ben' }), 'ann', true)).toBe(false);
    expect(isFor(a('1', { state: 'decided' }), 'ann', true)).toBe(false);
  });
});
