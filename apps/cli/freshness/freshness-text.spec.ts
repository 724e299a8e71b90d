import { describe, expect, it } from '@jest/globals';

import type { ClassFreshness, FreshnessAnswer } from '#contracts/freshness-answer.js';

import { duration, freshnessText } from './freshness-text.js';

const NONE: Omit<ClassFreshness, 'class'> = {
  finals: 0,
  p50Ms: null,
  p95Ms: null,
  lateFinals: 0,
  lateBlocks: 0,
  waiting: 0,
  waitingLate: 0,
  oldestMs: null,
};

describe('the freshness report', () => {
  it('has a line for each class, and says how long what waits takes', () => {
    const report: FreshnessAnswer = {
      classes: [
        { ...NONE, class: 'urgent', finals: 40, p50Ms: 1_800, p95Ms: 59_000, lateFinals: 3, lateBlocks: 2 },
        { ...NONE, class: 'bulk', waiting: 900, waitingLate: 11, oldestMs: 7_300_000 },
      ],
      waiting: 900,
      finalsPerSecond: 7.5,
      backlogSeconds: 120,
    };
    const lines = freshnessText(report).split('\n');
    const cellsOf = (name: string): string[] | undefined =>
      lines
        .find((line) => line.includes(name))
        ?.match(/[^│\s](?:[^│]*[^│\s])?/g)
        ?.map(String);
    expect(cellsOf('urgent')).toEqual(['urgent', '40', '1.8 s', '59.0 s', '3', '2', '0', '0', '–']);
    expect(cellsOf('bulk')).toEqual(['bulk', '0', '–', '–', '0', '0', '900', '11', '2.0 h']);
    expect(lines.at(-2)).toBe('900 waiting; 7.50 finals a second in the last two minutes; done in 2.0 min');
  });

  it('says that nobody knows while nothing is labelled', () => {
    const report: FreshnessAnswer = { classes: [], waiting: 3, finalsPerSecond: null, backlogSeconds: null };
    expect(freshnessText(report)).toContain(
      '3 waiting; nothing was labelled in the last two minutes; nobody knows when that is done',
    );
  });

  it.each<[number | null, string]>([
    [null, '–'],
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_000, '1.0 s'],
    [119_900, '119.9 s'],
    [120_000, '2.0 min'],
    [7_200_000, '2.0 h'],
  ])('writes %s ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
