import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Reason } from '../judge.js';
import type { Verdict } from '../words.js';
import { flipLabel, splitEvenly, takePage, unknownLabel } from './candidate.js';

const VIOLATING: Reason = { code: 'violating', label: 'sexual.suggestive' };
const UNCERTAIN: Reason = { code: 'uncertain', label: 'sexual.explicit' };
const DAMAGED: Reason = { code: 'damaged' };

describe('the label of a change', () => {
  it.each<[string, Reason[], Reason[], string | null]>([
    ['what violates now, before what is uncertain', [UNCERTAIN, VIOLATING], [], 'sexual.suggestive'],
    ['what is uncertain now', [DAMAGED, UNCERTAIN], [VIOLATING], 'sexual.explicit'],
    ['what was found before', [DAMAGED], [UNCERTAIN], 'sexual.explicit'],
    ['none where nothing was ever found', [DAMAGED], [], null],
  ])('%s', (_case, now, before, label) => {
    expect(flipLabel(now, before)).toBe(label);
  });
});

describe('a verdict made milder', () => {
  const DRAWN: Reason = { code: 'violating', label: 'sexual.explicit.drawn' };
  it.each<[Verdict, Reason[], Verdict, string | undefined]>([
    ['block', [VIOLATING], 'allow', 'sexual.suggestive'],
    ['block', [VIOLATING], 'review', 'sexual.suggestive'],
    ['review', [DAMAGED, UNCERTAIN, VIOLATING], 'allow', 'sexual.suggestive'],
    ['block', [VIOLATING], 'block', undefined],
    ['review', [VIOLATING], 'block', undefined],
    ['block', [UNCERTAIN, DRAWN], 'allow', undefined],
    ['block', [DAMAGED], 'allow', undefined],
  ])('from %s for %j to %s, by a model of one label, is for want of %s', (verdict, reasons, now, label) => {
    expect(unknownLabel({ verdict, reasons }, now, ['neutral', 'sexual.explicit'])).toBe(label);
  });
});

describe('a page', () => {
  it('is the longest beginning that needs no more looks than it may', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (assets, infersMax) => {
        const page = takePage(assets, (needs) => needs, infersMax);
        expect(page).toEqual(assets.slice(0, page.length));
        expect(page.filter(Boolean).length).toBeLessThanOrEqual(infersMax);
        const next = assets[page.length];
        if (next !== undefined) expect([next, page.filter(Boolean).length]).toEqual([true, infersMax]);
      }),
    );
  });
});

describe('parts of a page', () => {
  it('hold everything once, in order, and none is empty or longer than need be', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (items, parts) => {
        const split = splitEvenly(items, parts);
        expect(split.flat()).toEqual(items);
        expect(split.length).toBeLessThanOrEqual(parts);
        for (const part of split) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(Math.ceil(items.length / parts));
        }
      }),
    );
  });
});
