import { describe, expect, it } from '@jest/globals';

import type { Asset } from '#client/answers.js';
import { ConnectionError, DeadlineError } from '#client/errors.js';

import { outcomeOf } from './outcome.js';
import { submitFiles, type SubmitParts } from './submit-files.js';
import { submitLine, submitTable, summaryText } from './submit-text.js';

const asset = (id: string, stage = 'provisional', served = true) =>
  ({ id, served, transition: null, decision: { stage, source: 'fast', reasons: [] } }) as unknown as Asset;

const SILENT = { show: () => undefined, end: () => undefined };

/** A service that takes everything but what is named `away`, and blocks what is named `bad` at last. */
function scene(parts: Partial<SubmitParts> = {}) {
  const stop = new AbortController();
  const seen = { opened: [] as string[], waited: [] as string[], done: [] as string[] };
  const all: SubmitParts = {
    client: {
      submit: (_source, options) => {
        const name = options?.externalId ?? '';
        return name === 'away' ? Promise.reject(new ConnectionError('cut')) : Promise.resolve(asset(name));
      },
      get: (id) => Promise.resolve(asset(id)),
      waitForFinal: (id) => {
        seen.waited.push(id);
        return id === 'late'
          ? Promise.reject(new DeadlineError('late'))
          : Promise.resolve(asset(id, 'final', id !== 'bad'));
      },
    },
    open: (name) => {
      seen.opened.push(name);
      return Promise.resolve(new Uint8Array());
    },
    fields: (name) => ({ externalId: name }),
    concurrency: 1,
    again: '',
    waitMs: undefined,
    stop: stop.signal,
    onStep: (step) => {
      if (step.state === 'done') seen.done.push(step.handled.name);
    },
    bar: () => SILENT,
    ...parts,
  };
  return { all, seen, stop };
}

describe('submitting files', () => {
  it('ends with the provisional decision where no other is wanted', async () => {
    const { all, seen } = scene();
    const handled = await submitFiles(['a', 'away', 'b'], all);
    expect(handled.map(({ name, outcome }) => `${name} ${outcome.kind}`)).toEqual([
      'a allowed',
      'away failed',
      'b allowed',
    ]);
    expect(seen).toEqual({ opened: ['a', 'away', 'b'], waited: [], done: ['a', 'away', 'b'] });
  });

  it('waits for finals when everything is handed in, also of one that is late', async () => {
    const { all, seen } = scene({ waitMs: 1_000, concurrency: 3 });
    const handled = await submitFiles(['bad', 'away', 'late', 'a'], all);
    expect(handled.map(({ name, outcome }) => `${name} ${outcome.kind}`)).toEqual([
      'bad blocked',
      'away failed',
      'late failed',
      'a allowed',
    ]);
    expect(seen.waited).toEqual(['bad', 'late', 'a']);
    expect(handled[2]?.outcome).toMatchObject({ asset: { id: 'late' } });
  });

  it('begins nothing more when it is stopped, and says what is known', async () => {
    const { all, stop } = scene({ waitMs: 1_000 });
    const open = (name: string): Promise<Uint8Array> => {
      if (name === 'b') stop.abort();
      return Promise.resolve(new Uint8Array());
    };
    const handled = await submitFiles(['a', 'b', 'c'], { ...all, open });
    expect(handled.map(({ name, outcome }) => `${name} ${outcome.kind}`)).toEqual(['a allowed', 'b allowed']);
    expect(summaryText(handled, { unbegun: 1, interrupted: 0 }, true)).toBe('stopped: 2 allowed, 1 not begun\n');
  });
});

describe('what became of them', () => {
  it('is a row for people and a line for programs', async () => {
    const { all } = scene();
    const handled = await submitFiles(['a', 'away'], all);
    expect(submitTable(handled, 140)).toMatch(
      /│ a +│ allowed │ provisional │ fast │ a +│\n.*│ away +│ failed +│ +│ cut/,
    );
    expect(handled.map(submitLine).map((line) => JSON.parse(line) as object)).toMatchObject([
      { name: 'a', outcome: 'allowed', code: null, detail: null, asset: { id: 'a' } },
      { name: 'away', outcome: 'failed', code: null, detail: 'cut', asset: null },
    ]);
    expect(summaryText([], { unbegun: 0, interrupted: 0 }, false)).toBe('nothing submitted\n');
    expect(summaryText(handled, { unbegun: 3, interrupted: 2 }, true)).toBe(
      'stopped: 1 allowed, 1 failed, 2 interrupted, 3 not begun\n',
    );
  });

  it('fits a narrow terminal, with ids whole and paths by their ends', () => {
    const id = '019e8f5e-7c1a-7e55-8a7e-2f0a6f0a3a11';
    const reasons = [{ code: 'violating', label: 'sexual.explicit' }];
    const blocked = {
      ...asset(id, 'final', false),
      transition: 'late_block',
      decision: { stage: 'final', source: 'heavy', reasons },
    } as unknown as Asset;
    const name = '/home/somebody/pictures/of/a/very/long/holiday/IMG_20260601_120000.jpg';
    const table = submitTable([{ name, outcome: outcomeOf(blocked) }], 80);
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(table).toContain(id);
    expect(table).toMatch(/│ \/home\/som.*…\S*IMG_20260601_120000\.jpg +│ blocked +│ late_block, violating/);
  });
});
