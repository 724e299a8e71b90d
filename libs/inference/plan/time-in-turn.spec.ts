import { describe, expect, it } from '@jest/globals';
import type { PlanRow } from '#contracts/plan-answer.js';
import { contendersOf, pointName } from './time-in-turn.js';

const TIMES = { n: 1, p50Ms: 1, p95Ms: 1 };

/** @param name `workers×threads/batch` */
function row(name: string, perSecond: number): PlanRow {
  const [workers = 1, threads = 1, batch = 1] = name.split(/[×/]/).map(Number);
  const measured = { inference: TIMES, service: TIMES, serviceMeasured: batch === 1, perSecond, rssBytes: 1 };
  return { workers, threads, batch, ...measured };
}

describe('what is timed once more before a choice stands', () => {
  it.each<[string, [string, number][], number, string[]]>([
    [
      'nothing, where one image leads by far',
      [
        ['2×1/1', 200],
        ['2×1/2', 210],
        ['1×2/1', 140],
      ],
      0,
      [],
    ],
    [
      'the smaller batches of the chosen one',
      [
        ['2×1/1', 200],
        ['2×1/2', 230],
        ['2×1/4', 240],
      ],
      1,
      ['2×1/1', '2×1/2'],
    ],
    [
      'the best of the shapes that are near',
      [
        ['2×1/1', 200],
        ['1×2/1', 150],
        ['1×1/1', 160],
      ],
      0,
      ['2×1/1', '1×1/1'],
    ],
    [
      'the first shape, however far behind',
      [
        ['2×1/1', 50],
        ['2×1/2', 51],
        ['1×1/1', 100],
      ],
      2,
      ['1×1/1', '2×1/2'],
    ],
    [
      'the near shape and the first',
      [
        ['4×1/1', 50],
        ['2×2/1', 90],
        ['1×4/1', 100],
      ],
      2,
      ['1×4/1', '2×2/1', '4×1/1'],
    ],
  ])('is %s', (_, points, place, expected) => {
    const rows = points.map(([name, perSecond]) => row(name, perSecond));
    const chosen = rows[place];
    if (chosen === undefined) throw new Error('no such row');
    const names = expected.map((name) => pointName(row(name, 0)));
    expect(contendersOf(chosen, rows).map(pointName)).toEqual(names);
  });
});
