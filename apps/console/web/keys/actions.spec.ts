import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ACTIONS, keysOf, mayRepeat, mayWhileTyping, nameOf, shown, withKey, type ActionId } from './actions.js';

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}): string =>
  nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

const IDS = Object.keys(ACTIONS) as ActionId[];

/** Keys that mean two things on one page. */
const ambiguous = (chosen: Readonly<Record<string, string>>): string[] =>
  (['Queue', 'Item'] as const).flatMap((part) => {
    const here = IDS.filter((id) => [part, 'Everywhere'].includes(ACTIONS[id].part));
    const keys = here.flatMap((id) => keysOf(id, chosen));
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  });

describe('keys', () => {
  it('have one name, whatever Shift and the machine do', () => {
    expect(press('B')).toBe('b');
    expect(press('?')).toBe('?');
    expect(press('k', { metaKey: true })).toBe('Ctrl+k');
    expect(press('k', { ctrlKey: true })).toBe('Ctrl+k');
    expect(press('Enter')).toBe('Enter');
    expect(press('a', { altKey: true })).toBe('Alt+a');
  });

  it('do one thing each, within a part and everywhere', () => {
    expect(ambiguous({})).toEqual([]);
  });

  it('are those that a person chose', () => {
    expect(keysOf('down', {})).toEqual(['j', 'ArrowDown']);
    expect(keysOf('down', { down: 'm' })).toEqual(['m']);
  });

  it('never mean two things: whatever had a key gets the one that is free by then', () => {
    const skipByH = withKey({}, 'skip', 'h');
    expect([keysOf('skip', skipByH), keysOf('hold', skipByH)]).toEqual([['h'], ['s']]);
    const allowByZ = withKey(skipByH, 'allow', 'z');
    expect([keysOf('allow', allowByZ), keysOf('undo', allowByZ), keysOf('hold', allowByZ)]).toEqual([
      ['z'],
      ['a'],
      ['s'],
    ]);
    expect(keysOf('choose', withKey({}, 'skip', 'x'))).toEqual(['x']);
    expect(withKey({}, 'skip', 's')).toEqual({ skip: 's' });
  });

  it('that are handed over mean nothing else where they come to', () => {
    const chosen = withKey(withKey({}, 'down', 'a'), 'allow', 'q');
    expect([keysOf('down', chosen), keysOf('allow', chosen)]).toEqual([['a'], ['q']]);
    expect(keysOf('queue', chosen)).toEqual(['c']);
    const presses = fc.tuple(
      fc.constantFrom(...IDS),
      fc.oneof(fc.constantFrom(...IDS.flatMap((id) => keysOf(id, {}))), fc.constantFrom('Ctrl+z', 'v', '9')),
    );
    fc.assert(
      fc.property(fc.array(presses, { maxLength: 30 }), (all) => {
        const after = all.reduce<Record<string, string>>((before, [id, key]) => withKey(before, id, key), {});
        expect(ambiguous(after)).toEqual([]);
      }),
    );
  });

  it('do nothing but what is meant for it while somebody types, and leave a browser its own', () => {
    expect(mayWhileTyping('palette', 'Ctrl+k')).toBe(true);
    expect(mayWhileTyping('submit', 'Ctrl+Enter')).toBe(true);
    expect(mayWhileTyping('submit', 'Enter')).toBe(false);
    expect(mayWhileTyping('undo', 'Ctrl+e')).toBe(false);
    expect(['Ctrl+z', 'Ctrl+a', 'Ctrl+v', 'Ctrl+Backspace'].some((key) => mayWhileTyping('palette', key))).toBe(false);
  });

  it('that are held move on, and change nothing twice', () => {
    expect((['down', 'up', 'nextFrame'] as const).every(mayRepeat)).toBe(true);
    expect((['undo', 'submit', 'blur', 'next', 'skip', 'open', 'choose'] as const).some(mayRepeat)).toBe(false);
  });

  it('are shown as they stand on a keyboard', () => {
    expect(['a', ' ', 'Ctrl+k', 'ArrowUp', '?'].map(shown)).toEqual(['A', 'Space', 'Ctrl K', '↑', '?']);
  });
});
