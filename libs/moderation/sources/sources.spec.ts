import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { itemStep, type RememberedItem } from './item-step.js';
import { namePattern } from './name-pattern.js';
import { nextRunDelayMs } from './next-run.js';
import { Pace } from './pace.js';
import { addFigures, ITEM_OUTCOMES, NO_FIGURES, PASS_REASONS, type ItemOutcome, type RunFigures } from './source.js';

const remembered = fc.record({
  version: fc.constantFrom('a', 'b'),
  outcome: fc.constantFrom(...ITEM_OUTCOMES),
  run: fc.integer({ min: 1, max: 5 }),
});

describe('what a run does with a listed item', () => {
  it.each<[string, ItemOutcome, boolean, string]>([
    ['a', 'accepted', true, 'unchanged'],
    ['a', 'refused', false, 'unchanged'],
    ['a', 'refused', true, 'retried'],
    ['a', 'failed', false, 'retried'],
    ['b', 'accepted', false, 'changed'],
    ['b', 'refused', false, 'changed'],
    ['b', 'failed', false, 'changed'],
  ])('listed as %s, which a former run had as a and %s (refused too: %s), is %s', (version, outcome, again, step) => {
    const options = { run: 2, retryRefused: again };
    expect(itemStep(version, { version: 'a', outcome, run: 1 }, options)).toBe(step);
  });

  it('takes a version once at most in a run, wherever it is killed', () => {
    const item = fc.record({ version: fc.constantFrom('a', 'b'), outcome: fc.constantFrom(...ITEM_OUTCOMES) });
    fc.assert(
      fc.property(fc.option(remembered, { nil: undefined }), item, fc.boolean(), (before, listed, retryRefused) => {
        const options = { run: 6, retryRefused };
        const step = itemStep(listed.version, before, options);
        const taken = step === 'new' || step === 'changed' || step === 'retried';
        const after: RememberedItem | undefined = taken ? { ...listed, run: options.run } : before;
        const again = itemStep(listed.version, after, options);
        expect(again).toBe(taken ? 'handled' : step);
      }),
    );
  });

  it('leaves what was accepted alone in every later run, and tries what failed in each', () => {
    fc.assert(
      fc.property(remembered, fc.boolean(), (item, retryRefused) => {
        const step = itemStep(item.version, item, { run: item.run + 1, retryRefused });
        if (item.outcome === 'accepted') expect(step).toBe('unchanged');
        if (item.outcome === 'failed') expect(step).toBe('retried');
      }),
    );
  });
});

describe('the next run of a schedule', () => {
  it('comes an interval after the start of the last, and a tenth later at most', () => {
    const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(ms, ms, fc.double({ min: 0, max: 1, noNaN: true }), (lastMs, everyMs, random) => {
        const delayMs = nextRunDelayMs(lastMs, everyMs, random);
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(0, everyMs - lastMs));
        expect(delayMs).toBeLessThanOrEqual(Math.max(0, everyMs * 1.1 - lastMs));
      }),
    );
  });

  it('does not come later for a clock that was set back', () => {
    expect(nextRunDelayMs(-3_600_000, 60_000, 0)).toBe(60_000);
  });
});

describe('a pace', () => {
  it('lets no more through in any second than it says', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), arrivals, (perSecond, gapsMs) => {
        const pace = new Pace(perSecond);
        let nowMs = 0;
        const starts = gapsMs.map((gapMs) => {
          nowMs += gapMs;
          return nowMs + pace.take(nowMs);
        });
        for (const [index, start] of starts.entries()) {
          const later = starts[index + perSecond];
          if (later !== undefined) expect(later - start).toBeGreaterThanOrEqual(999.999);
        }
      }),
    );
  });

  it('makes nobody wait where there is none', () => {
    const pace = new Pace(null);
    expect([pace.take(0), pace.take(0)]).toEqual([0, 0]);
  });
});

describe('a pattern of names', () => {
  it.each<[string, string, boolean]>([
    ['*.jpg', 'cat.jpg', true],
    ['*.jpg', 'Cat.JPG', true],
    ['*.jpg', 'deep/down/cat.jpg', true],
    ['*.jpg', 'cat.jpg.txt', false],
    ['*.jpg', 'catjpg', false],
    ['2026/*.jpg', '2026/cat.jpg', true],
    ['2026/*.jpg', '2026/may/cat.jpg', false],
    ['2026/**.jpg', '2026/may/cat.jpg', true],
    ['cat?.png', 'cat1.png', true],
    ['cat?.png', 'cat.png', false],
    ['a(b)[c]+', 'a(b)[c]+', true],
    ['*', '猫\u{1F408}.png', true],
    ['?.png', '\u{1F408}.png', true],
  ])('%s of %s: %s', (pattern, name, fits) => {
    expect(namePattern(pattern)(name)).toBe(fits);
  });

  it('without signs fits the name itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^*?/]{1,20}$/u), (name) => {
        expect(namePattern(name)(`folder/${name}`)).toBe(true);
      }),
    );
  });
});

describe('figures of a run', () => {
  const figures: fc.Arbitrary<RunFigures> = fc.record({
    listed: fc.nat(),
    unchanged: fc.nat(),
    passed: fc.dictionary(fc.constantFrom(...PASS_REASONS), fc.integer({ min: 1, max: 9 }), { noNullPrototype: true }),
    activeMs: fc.nat(),
  });

  it('add up, in any order', () => {
    fc.assert(
      fc.property(figures, figures, (a, b) => {
        expect(addFigures(a, b)).toEqual(addFigures(b, a));
        expect(addFigures(a, NO_FIGURES)).toEqual(a);
      }),
    );
  });
});
