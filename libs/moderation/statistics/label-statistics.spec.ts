import { describe, expect, it } from '@jest/globals';

import type { Finding } from '../label.js';
import { STARTING_POLICY } from '../policy.js';
import { columnsOf, FAST, foldInto, HEAVY, scoreColumns } from '../replay/score-columns.js';
import type { Verdict } from '../words.js';
import { humanNumber, joinSamples, standingNumber, type LabelSample } from './label-sample.js';
import { histogramOf, labelFigures } from './label-statistics.js';
import { policyLoad } from './policy-load.js';

const EXPLICIT = 'sexual.explicit';
const AT = { clearBelow: 0.25, blockFrom: 0.75 };

interface Row {
  readonly score: number;
  readonly final?: Verdict;
  readonly human?: readonly [Verdict, Finding | null];
}

function sampleOf(rows: readonly Row[]): LabelSample {
  const columns = scoreColumns(rows.length);
  for (const [at, { score }] of rows.entries()) {
    foldInto(columns.fast, at, [score], columnsOf([EXPLICIT]));
    foldInto(columns.heavy, at, [score], columnsOf([EXPLICIT]));
    columns.fastState[at] = FAST.scored;
    columns.heavyState[at] = HEAVY.scored;
  }
  return {
    columns,
    standing: Uint8Array.from(rows, ({ final, human }) => standingNumber(human?.[0] ?? final ?? null)),
    human: Uint8Array.from(rows, ({ human }) => humanNumber(human?.[0] ?? null, human?.[1] ?? null)),
    models: { fast: new Map([['m/1', rows.length]]), heavy: new Map([['m/1', rows.length]]) },
  };
}

const times = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);
const BLOCKED: Row['human'] = ['block', EXPLICIT];
const ALLOWED: Row['human'] = ['allow', null];

describe('the statistics of a label', () => {
  it('count bands, what stands, and people’s decisions against the bands', () => {
    const rows = [
      ...times(5, { score: 0.1, final: 'allow' }),
      ...times(2, { score: 0.5 }),
      ...times(30, { score: 0.9, human: BLOCKED }),
      ...times(10, { score: 0.9, human: ALLOWED }),
      ...times(6, { score: 0.5, human: BLOCKED }),
      ...times(4, { score: 0.1, human: BLOCKED }),
      ...times(20, { score: 0.1, human: ALLOWED }),
    ];
    const sample = sampleOf(rows);
    const found = labelFigures(sample, EXPLICIT, 'heavy', AT);
    expect(found).toMatchObject({
      scored: 77,
      bands: { clear: 29, uncertain: 8, violating: 40 },
      confusion: {
        there: { clear: 4, uncertain: 6, violating: 30 },
        notThere: { clear: 20, uncertain: 0, violating: 10 },
      },
      precision: { hits: 30, of: 40 },
      recall: { hits: 30, of: 40 },
      caught: { hits: 36, of: 40 },
      cautions: ['reviewed_only'],
    });
    const { standing, there, notThere } = histogramOf(sample, EXPLICIT, 'heavy');
    const sum = (bins: readonly number[]): number => bins.reduce((all, one) => all + one, 0);
    expect(Object.entries(standing).map(([name, bins]) => [name, sum(bins)])).toEqual([
      ['allow', 35],
      ['block', 40],
      ['review', 0],
      ['pending', 2],
    ]);
    expect([sum(there), sum(notThere)]).toEqual([40, 30]);
  });

  it('say when there are too few, or only of one kind', () => {
    const few = labelFigures(sampleOf(times(29, { score: 0.9, human: BLOCKED })), EXPLICIT, 'fast', AT);
    expect(few.cautions).toEqual(['too_few', 'one_sided']);
    const none = labelFigures(sampleOf(times(100, { score: 0.9, final: 'block' })), EXPLICIT, 'fast', AT);
    expect(none).toMatchObject({ precision: null, recall: null, caught: null, cautions: ['too_few'] });
  });

  it('take a block for another label for no word about this one', () => {
    const rows = times(3, { score: 0.9, human: ['block', 'sexual.suggestive'] });
    const { confusion } = labelFigures(sampleOf(rows), EXPLICIT, 'fast', AT);
    expect(confusion.there.violating + confusion.notThere.violating).toBe(0);
  });

  it('leave out what has no score of the label', () => {
    const sample = sampleOf([{ score: 0.9 }, { score: Number.NaN }]);
    expect(labelFigures(sample, EXPLICIT, 'fast', AT).scored).toBe(1);
    expect(labelFigures(sample, 'sexual.suggestive', 'fast', AT).scored).toBe(0);
    sample.columns.fastState[0] = FAST.unavailable;
    expect(labelFigures(sample, EXPLICIT, 'fast', AT).scored).toBe(0);
  });

  it('are of pages what they are of the whole', () => {
    const rows = [...times(4, { score: 0.9, human: BLOCKED }), ...times(3, { score: 0.3, final: 'review' })];
    const joined = joinSamples([sampleOf(rows.slice(0, 2)), sampleOf([]), sampleOf(rows.slice(2))]);
    expect(joined).toEqual(sampleOf(rows));
  });

  it('say when versions of a model are mixed', () => {
    const [one, other] = [sampleOf(times(2, { score: 0.9 })), sampleOf(times(3, { score: 0.9 }))];
    const mixed = joinSamples([one, { ...other, models: { ...other.models, heavy: new Map([['m/2', 3]]) } }]);
    expect([...mixed.models.heavy]).toEqual([
      ['m/1', 2],
      ['m/2', 3],
    ]);
    expect(labelFigures(mixed, EXPLICIT, 'heavy', AT).cautions).toContain('mixed_models');
    expect(labelFigures(mixed, EXPLICIT, 'fast', AT).cautions).not.toContain('mixed_models');
  });
});

describe('the load of a policy', () => {
  it('is what it allows, blocks and leaves open', () => {
    const { columns } = sampleOf([{ score: 0.1 }, { score: 0.5 }, { score: 0.5 }, { score: 0.9 }]);
    expect(policyLoad(columns, STARTING_POLICY)).toEqual({
      provisional: { allow: 3, block: 1, review: 0 },
      final: { allow: 1, block: 1, review: 2 },
      held: 0,
      uncertain: 2,
      reviews: 2,
    });
  });

  it('counts a late block as a case for people, too', () => {
    const { columns } = sampleOf([{ score: 0.1 }, { score: 0.5 }, { score: 0.9 }]);
    columns.fast.fill(0);
    expect(policyLoad(columns, STARTING_POLICY)).toMatchObject({ final: { block: 1, review: 1 }, reviews: 2 });
  });
});
