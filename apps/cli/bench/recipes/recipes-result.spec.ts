import { describe, expect, it } from '@jest/globals';

import type { Agreement } from './agreement.js';
import { SHRUNK } from './recipe-candidates.js';
import { recipesResult } from './recipes-result.js';

const agreement = (images: number, changed: number, sameTop: number): Agreement => ({
  ...{ images, changed, sameTop },
  ...{ mean: 0, p95: 0, max: 0 },
});

const measuredOf = (sets: readonly Agreement[], hasFolder = true): (number | null)[] =>
  recipesResult({
    ...{ model: 'tiny', candidates: [SHRUNK], timed: [], speeds: new Map(), compared: [], hasFolder, rounds: 1 },
    agreements: new Map([[SHRUNK, sets]]),
  }).promised.map(({ measured }) => measured);

describe('the report of recipes', () => {
  it('does not let pictures that the recipe leaves alone speak for it', () => {
    expect(measuredOf([agreement(34, 4, 34), agreement(10, 6, 9)])).toEqual([100, 90]);
    expect(measuredOf([agreement(34, 4, 30)])).toEqual([88.2, 0]);
  });

  it('says nothing where there is nothing to tell', () => {
    expect(measuredOf([agreement(34, 0, 34)], false)).toEqual([null, null]);
  });
});
