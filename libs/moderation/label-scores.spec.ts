import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { labelScores, worstScores, worstViews } from './label-scores.js';
import { FINDINGS, isFinding, isLabel, LABELS, type Label } from './label.js';

const CLASSES = [
  'neutral.drawing',
  'sexual.explicit.drawn',
  'neutral',
  'sexual.explicit',
  'sexual.suggestive',
] as const;

const score = fc.double({ min: 0, max: 1, noNaN: true });
const view = fc.array(score, { minLength: CLASSES.length, maxLength: CLASSES.length });
const views = fc.array(view, { minLength: 1, maxLength: 6 });
const labels = fc.array(fc.constantFrom<Label>(...LABELS), { minLength: 1, maxLength: 8 });

describe('labels', () => {
  it('hold the findings and what speaks for an asset', () => {
    expect(LABELS.filter(isFinding)).toEqual([...FINDINGS]);
    expect(LABELS.filter((label) => !isFinding(label))).toEqual(['neutral.drawing', 'neutral']);
  });

  it.each(['sexual', 'Neutral', '', 'constructor', null, undefined, 0, ['neutral']])('do not hold %j', (value) => {
    expect(isLabel(value)).toBe(false);
  });
});

describe('the worst scores over views', () => {
  it.each<[string, number[][], number[]]>([
    ['one view', [[0.1, 0.2, 0.3, 0.4, 0.5]], [0.1, 0.2, 0.3, 0.4, 0.5]],
    [
      'the higher finding, the lower neutral',
      [
        [0.9, 0.1, 0.8, 0.1, 0.1],
        [0.2, 0.7, 0.1, 0.3, 0],
      ],
      [0.2, 0.7, 0.1, 0.3, 0.1],
    ],
    ['a row that is too short', [[0.1, 0.2, 0.3]], [0.1, 0.2, 0.3, NaN, NaN]],
    ['an empty row beside a good one', [[0, 0, 1, 0, 0], []], [NaN, NaN, NaN, NaN, NaN]],
    [
      'a score that is not a number',
      [
        [0, NaN, 1, 0, 0],
        [0, 0.1, 1, 0, 0],
      ],
      [0, NaN, 1, 0, 0],
    ],
    ['no view at all', [], [NaN, NaN, NaN, NaN, NaN]],
  ])('take %s', (_case, rows, worst) => {
    expect(worstScores(rows, CLASSES)).toEqual(worst);
  });

  it('do not depend on the order of the views', () => {
    fc.assert(
      fc.property(
        views.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          expect(worstScores(shuffled, CLASSES)).toEqual(worstScores(rows, CLASSES));
        },
      ),
    );
  });

  it('are never better than any single view, and each was seen in one', () => {
    fc.assert(
      fc.property(views, (rows) => {
        for (const [index, worst] of worstScores(rows, CLASSES).entries()) {
          const seen = rows.map((row) => row[index] ?? NaN);
          const finding = isFinding(CLASSES[index] ?? 'neutral');
          expect(seen).toContain(worst);
          expect(seen.every((one) => (finding ? worst >= one : worst <= one))).toBe(true);
        }
      }),
    );
  });
});

describe('the views of the worst scores', () => {
  it.each<[string, number[][], [Label, number][]]>([
    [
      'where findings are highest and what is neutral is lowest, the first of equals',
      [
        [0.9, 0.1, 0.8, 0.1, 0.5],
        [0.2, 0.7, 0.1, 0.3, 0],
        [0.2, 0.7, 0.1, 0.2, 0.5],
      ],
      [
        ['neutral.drawing', 1],
        ['sexual.explicit.drawn', 1],
        ['neutral', 1],
        ['sexual.explicit', 1],
        ['sexual.suggestive', 0],
      ],
    ],
    ['none where nothing was seen', [], []],
  ])('are %s', (_case, rows, expected) => {
    expect([...worstViews(rows, CLASSES)]).toEqual(expected);
  });

  it('give, where classes share a label, the view of the class that counts', () => {
    const shared: Label[] = ['sexual.explicit', 'sexual.explicit'];
    expect([
      ...worstViews(
        [
          [0.5, 0.1],
          [0.2, 0.8],
        ],
        shared,
      ),
    ]).toEqual([['sexual.explicit', 1]]);
  });

  it('hold the very scores that are judged', () => {
    fc.assert(
      fc.property(views, (rows) => {
        const judged = labelScores(worstScores(rows, CLASSES), CLASSES);
        const found = worstViews(rows, CLASSES);
        expect(found.size).toBe(CLASSES.length);
        for (const [label, view] of found) {
          expect(rows[view]?.[CLASSES.findIndex((one) => one === label)]).toBe(judged.get(label));
        }
      }),
    );
  });
});

describe('scores per label', () => {
  it.each<[string, number[], Label[], [Label, number][]]>([
    [
      'one class a label',
      [0.1, 0.9],
      ['neutral', 'sexual.explicit'],
      [
        ['neutral', 0.1],
        ['sexual.explicit', 0.9],
      ],
    ],
    [
      'the highest of a shared label',
      [0.4, 0.6, 0.5],
      ['sexual.explicit', 'sexual.explicit', 'sexual.explicit'],
      [['sexual.explicit', 0.6]],
    ],
    [
      'a missing score',
      [0.4],
      ['neutral', 'sexual.explicit'],
      [
        ['neutral', 0.4],
        ['sexual.explicit', NaN],
      ],
    ],
    ['not a number before a number', [NaN, 0.2], ['sexual.explicit', 'sexual.explicit'], [['sexual.explicit', NaN]]],
    ['not a number after a number', [0.2, NaN], ['sexual.explicit', 'sexual.explicit'], [['sexual.explicit', NaN]]],
  ])('take %s', (_case, scores, classes, expected) => {
    expect([...labelScores(scores, classes)]).toEqual(expected);
  });

  it('know exactly the labels of the model, and hide no higher score', () => {
    fc.assert(
      fc.property(labels, fc.infiniteStream(score), (classes, stream) => {
        const scores = [...stream.take(classes.length)];
        const byLabel = labelScores(scores, classes);
        expect(new Set(byLabel.keys())).toEqual(new Set(classes));
        for (const [label, highest] of byLabel) {
          expect(highest).toBe(Math.max(...scores.filter((_, index) => classes[index] === label)));
        }
      }),
    );
  });
});
