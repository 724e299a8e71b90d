import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { compareFigures, comparisonNotes, readEarlier } from './compare-reports.js';
import { describeMachine } from './machine.js';
import { reportAsJson } from './report.js';

const FIGURES = { capacity: 100, 'p99 (ms)': 40, sheds: 0, gone: 5, unknown: null };
let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-compare-'));
  const report = {
    what: '',
    command: '',
    promised: [],
    tables: [],
    notes: [],
    machine: describeMachine(),
    date: '2026-01-02',
  };
  await writeFile(path('load.json'), reportAsJson({ ...report, name: 'load', data: { figures: FIGURES } }));
  await writeFile(path('upload.json'), reportAsJson({ ...report, name: 'upload', data: {} }));
  await writeFile(path('broken.json'), '{');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a comparison with an earlier report', () => {
  it('tells ratios of what both runs have, and what of it may be noise', async () => {
    const earlier = await readEarlier(path('load.json'), 'load');
    const now = { capacity: 108, 'p99 (ms)': 60, sheds: 0, added: 3, unknown: 7 };
    expect(compareFigures(now, earlier, 1.1)).toEqual({
      title: 'Compared with 2026-01-02',
      head: ['', 'then', 'now', 'now ÷ then', ''],
      rows: [
        ['capacity', '100', '108', '1.08', 'noise'],
        ['p99 (ms)', '40', '60', '1.5', 'more'],
        ['sheds', '0', '0', '–', 'the same'],
      ],
    });
  });

  it('says how much noise there was, and when the machine was another one', async () => {
    const earlier = await readEarlier(path('load.json'), 'load');
    expect(comparisonNotes(earlier, 1.1)).toEqual([expect.stringContaining('differ by 10 %')]);
    expect(comparisonNotes({ ...earlier, machine: 'An abacus, 1 cores' }, 1.1)).toHaveLength(2);
  });

  it.each(['upload.json', 'broken.json', 'missing.json'])('is refused with %s', async (name) => {
    await expect(readEarlier(path(name), 'load')).rejects.toThrow(name);
  });
});
