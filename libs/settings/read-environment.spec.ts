import { describe, expect, it } from '@jest/globals';

import { EnvironmentReader, SettingsRefused } from './read-environment.js';

const LEVELS = ['quiet', 'loud'] as const;

/** What a reader makes of one value of the variable `X`, or the faults it tells. */
function readOne<T>(raw: string | undefined, read: (from: EnvironmentReader) => T): T | readonly string[] {
  const from = new EnvironmentReader({ X: raw });
  const value = read(from);
  try {
    from.finish();
    return value;
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    return error.faults;
  }
}

describe('a whole number from 1 to 100, or else 7', () => {
  it.each<[string | undefined, number | 'refused']>([
    [undefined, 7],
    ['', 7],
    ['  ', 7],
    ['1', 1],
    [' 100 ', 100],
    ['0', 'refused'],
    ['101', 'refused'],
    ['-5', 'refused'],
    ['1.5', 'refused'],
    ['5 MB', 'refused'],
    ['1_0', 'refused'],
    ['NaN', 'refused'],
    ['Infinity', 'refused'],
  ])('of %j is %s', (raw, expected) => {
    const fault = [`X must be a whole number from 1 to 100, not ${JSON.stringify(raw?.trim())}`];
    const found = readOne(raw, (from) => from.whole('X', 7, { min: 1, max: 100 }));
    expect(found).toEqual(expected === 'refused' ? fault : expected);
  });
});

describe('a number from 0 to 10, or else 0.5', () => {
  it.each<[string | undefined, number | 'refused']>([
    [undefined, 0.5],
    ['', 0.5],
    ['0', 0],
    [' 10 ', 10],
    ['0.0425', 0.0425],
    ['10.01', 'refused'],
    ['-1', 'refused'],
    ['.5', 'refused'],
    ['0,5', 'refused'],
    ['1e1', 'refused'],
    ['0x1', 'refused'],
    ['NaN', 'refused'],
  ])('of %j is %s', (raw, expected) => {
    const fault = [`X must be a number from 0 to 10, not ${JSON.stringify(raw?.trim())}`];
    const found = readOne(raw, (from) => from.decimal('X', 0.5, { min: 0, max: 10 }));
    expect(found).toEqual(expected === 'refused' ? fault : expected);
  });
});

describe('other values', () => {
  it.each<[string | undefined, string, unknown]>([
    [undefined, 'text', 'otherwise'],
    ['', 'text', 'otherwise'],
    [' a b ', 'text', 'a b'],
    [undefined, 'oneOf', 'quiet'],
    ['loud', 'oneOf', 'loud'],
    ['LOUD', 'oneOf', ['X must be one of quiet, loud, not "LOUD"']],
    ['toString', 'oneOf', ['X must be one of quiet, loud, not "toString"']],
    [undefined, 'matching', 'a/1'],
    ['b/2', 'matching', 'b/2'],
    ['b/2\nc/3', 'matching', ['X must be like a/1, not "b/2\\nc/3"']],
    [undefined, 'address', undefined],
    ['postgres://h:5432/d', 'address', 'postgres://h:5432/d'],
    ['pg://h/d?host=/run/x', 'address', 'pg://h/d?host=/run/x'],
    ['mysql://h/d', 'address', ['X must be an address that begins with postgres:// or pg://']],
    ['nonsense', 'address', ['X must be an address that begins with postgres:// or pg://']],
  ])('%j read as %s', (raw, kind, expected) => {
    const readers: Record<string, (from: EnvironmentReader) => unknown> = {
      text: (from) => from.text('X', 'otherwise'),
      oneOf: (from) => from.oneOf('X', 'quiet', LEVELS),
      matching: (from) => from.matching('X', 'a/1', /^[a-z]\/\d$/, 'a/1'),
      address: (from) => from.address('X', ['postgres', 'pg']),
    };
    expect(readOne(raw, readers[kind] ?? (() => 'no such reader'))).toEqual(expected);
  });

  it('of an address are not repeated in its fault: it may hold a password', () => {
    const faults = readOne('mysql://root:hunter2@h/d', (from) => from.address('X', ['postgres']));
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('of an address begin with scheme and slashes, as the fault says', () => {
    expect(readOne('postgres:nowhere', (from) => from.address('X', ['postgres']))).toHaveLength(1);
  });
});

describe('faults', () => {
  it('are told together, in the order of reading, and where to read on', () => {
    const from = new EnvironmentReader({ A: 'x', B: 'shout', C: 'ftp://h' });
    expect(from.whole('A', 1, { min: 0, max: 9 })).toBe(1);
    expect(from.oneOf('B', 'loud', LEVELS)).toBe('loud');
    expect(from.address('C', ['redis'])).toBeUndefined();
    expect(() => from.finish()).toThrow(
      new SettingsRefused([
        'A must be a whole number from 0 to 9, not "x"',
        'B must be one of quiet, loud, not "shout"',
        'C must be an address that begins with redis://',
      ]),
    );
    expect(() => from.finish()).toThrow('See docs/generated/settings.md.');
  });
});
