import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isHuman, served, standing, type RevisionFacts } from './standing.js';
import { SOURCES, STAGES, VERDICTS, type Source, type Verdict } from './words.js';

type Step = readonly [Source, Verdict];

const historyOf = (...steps: Step[]): RevisionFacts[] =>
  steps.map(([source, verdict], index) => ({
    revision: index + 1,
    stage: index === 0 ? 'provisional' : 'final',
    source,
    verdict,
  }));

const histories = fc
  .array(
    fc.record({
      stage: fc.constantFrom(...STAGES),
      source: fc.constantFrom(...SOURCES),
      verdict: fc.constantFrom(...VERDICTS),
    }),
    { maxLength: 8 },
  )
  .map((facts): RevisionFacts[] => facts.map((fact, index) => ({ ...fact, revision: index + 1 })));

const withShuffled = histories.chain((history) =>
  fc.tuple(fc.constant(history), fc.shuffledSubarray(history, { minLength: history.length })),
);

describe('a human decision', () => {
  it.each(SOURCES)('from source %s', (source) => {
    expect(isHuman(source)).toBe(['moderator', 'appeal'].includes(source));
  });
});

describe('the standing decision, and what is served by it', () => {
  it.each<[string, Step[], number | undefined, boolean]>([
    ['nothing', [], undefined, false],
    ['a provisional allow', [['fast', 'allow']], 1, true],
    ['a provisional block', [['fast', 'block']], 1, false],
    [
      'a late block',
      [
        ['fast', 'allow'],
        ['heavy', 'block'],
      ],
      2,
      false,
    ],
    [
      'a late release',
      [
        ['default', 'block'],
        ['heavy', 'allow'],
      ],
      2,
      true,
    ],
    [
      'a review of what was shown',
      [
        ['fast', 'allow'],
        ['heavy', 'review'],
      ],
      2,
      true,
    ],
    [
      'a review of what was withheld',
      [
        ['fast', 'block'],
        ['heavy', 'review'],
      ],
      2,
      false,
    ],
    [
      'two reviews',
      [
        ['fast', 'allow'],
        ['default', 'review'],
        ['heavy', 'review'],
      ],
      3,
      true,
    ],
    ['only a review', [['heavy', 'review']], 1, false],
    [
      'a moderator after a review',
      [
        ['fast', 'allow'],
        ['heavy', 'review'],
        ['moderator', 'block'],
      ],
      3,
      false,
    ],
    [
      'a machine after a moderator',
      [
        ['fast', 'allow'],
        ['moderator', 'block'],
        ['heavy', 'allow'],
      ],
      2,
      false,
    ],
    [
      'machines after a moderator',
      [
        ['fast', 'block'],
        ['moderator', 'allow'],
        ['heavy', 'block'],
        ['heavy', 'review'],
      ],
      2,
      true,
    ],
    [
      'an appeal after a moderator',
      [
        ['fast', 'allow'],
        ['moderator', 'block'],
        ['appeal', 'allow'],
      ],
      3,
      true,
    ],
    [
      'a moderator after an appeal',
      [
        ['fast', 'allow'],
        ['appeal', 'allow'],
        ['moderator', 'block'],
      ],
      3,
      false,
    ],
  ])('%s', (_case, steps, revision, shown) => {
    const history = historyOf(...steps);
    expect(standing(history)?.revision).toBe(revision);
    expect(served(history)).toBe(shown);
  });

  it('do not depend on the order of the rows, nor change them', () => {
    fc.assert(
      fc.property(withShuffled, ([history, shuffled]) => {
        const rows = [...shuffled];
        expect(standing(shuffled)).toEqual(standing(history));
        expect(served(shuffled)).toBe(served(history));
        expect(shuffled).toEqual(rows);
      }),
    );
  });

  it('let no machine stand over a human', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const newestHuman = history.filter(({ source }) => isHuman(source)).at(-1);
        expect(standing(history)).toBe(newestHuman ?? history.at(-1));
      }),
    );
  });

  it('let no machine decision that was locked out come into force through a later human review', () => {
    const history = historyOf(['fast', 'allow'], ['moderator', 'block'], ['heavy', 'allow'], ['moderator', 'review']);
    expect(served(history)).toBe(false);
  });
});
