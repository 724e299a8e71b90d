import { describe, expect, it } from '@jest/globals';

import { ACTIONS, keysOf, mayRepeat, nameOf, shown, withKey, type ActionId } from './actions.js';

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}): string =>
  nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

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
    const ids = Object.keys(ACTIONS) as ActionId[];
    for (const part of ['Queue', 'Item']) {
      const here = ids.filter((id) => [part, 'Everywhere'].includes(ACTIONS[id].part));
      const keys = here.flatMap((id) => keysOf(id, {}));
      expect([part, new Set(keys).size]).toEqual([part, keys.length]);
    }
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

  it('that are held move on, and change nothing twice', () => {
    expect((['down', 'up', 'nextFrame'] as const).every(mayRepeat)).toBe(true);
    expect((['undo', 'submit', 'blur', 'next', 'skip', 'open', 'choose'] as const).some(mayRepeat)).toBe(false);
  });

  it('are shown as they stand on a keyboard', () => {
    expect(['a', ' ', 'Ctrl+k', 'ArrowUp', '?'].map(shown)).toEqual(['A', 'Space', 'Ctrl K', '↑', '?']);
  });
});
