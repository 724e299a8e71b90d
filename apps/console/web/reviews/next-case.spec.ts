import { describe, expect, it } from '@jest/globals';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import { behind, isFor, onwardFrom, partsToAsk } from './next-case.js';

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

/** The id of the next case, or what else is to be done. */
const after = (items: readonly Queued[], id: string, who = ann, mayRead = false): string => {
  const onward = onwardFrom(items, { id, from: behind(items, id, undefined) }, who, mayRead);
  return onward.to === 'case' ? onward.item.id : onward.to;
};

describe('the next case', () => {
  it('is the one below, and the first one where none is left below', () => {
    const items = [a('1'), a('2'), a('3')];
    expect(after(items, '1')).toBe('2');
    expect(after(items, '3')).toBe('1');
    expect(after(items, 'gone')).toBe('1');
    expect(after([a('1')], '1')).toBe('none');
  });

  it('is what followed a case that has left the queue', () => {
    const items = [a('1'), a('3')];
    const from = behind(items, '2', { id: '2', index: 1 });
    expect(onwardFrom(items, { id: '2', from }, ann, false)).toEqual({ to: 'case', item: items[1] });
    expect(behind(items, '2', { id: '2', index: 7 })).toBe(2);
    expect(behind(items, '2', { id: 'other', index: 1 })).toBe(0);
  });

  it('is one that has not been read, before one goes back to the top or to what was put back', () => {
    const items = [a('1'), a('2'), a('3', { skipped: true })];
    expect(after(items, '1', ann, true)).toBe('2');
    expect(after(items, '2', ann, true)).toBe('more');
    expect(after(items, '2')).toBe('1');
    expect(after([a('held', { state: 'held' })], 'gone', ann, true)).toBe('more');
    expect(after([], 'gone', ann, true)).toBe('more');
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
    expect(after(items, '1')).toBe('own');
    expect(after(items, '1', senior)).toBe('escalated');
    expect(after(items.slice(0, 5), '1')).toBe('none');
  });

  it('is one that they have put back only where there is no other', () => {
    const items = [a('1'), a('2', { skipped: true }), a('3')];
    expect(after(items, '1')).toBe('3');
    expect(after(items.slice(0, 2), '1')).toBe('2');
  });

  it('is asked for in the part of the queue that one works on, and never where nothing is to be taken', () => {
    expect(partsToAsk({}, false)).toEqual(['open']);
    expect(partsToAsk({}, true)).toEqual(['open', 'escalated']);
    expect((['open', 'mine', 'escalated'] as const).map((state) => partsToAsk({ state }, false))).toEqual([
      ['open'],
      ['mine'],
      ['escalated'],
    ]);
    expect((['claimed', 'held'] as const).flatMap((state) => partsToAsk({ state }, true))).toEqual([]);
  });

  it('is taken on sight where it is theirs', () => {
    expect(isFor(a('1', { state: 'claimed', claimedBy: 'ann' }), 'ann', false)).toBe(true);
    expect(isFor(a('1', { state: 'claimed', claimedBy: 'ben' }), 'ann', true)).toBe(false);
    expect(isFor(a('1', { state: 'decided' }), 'ann', true)).toBe(false);
  });
});
