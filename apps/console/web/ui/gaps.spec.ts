import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { gapsOf } from './gaps.js';

describe('the gaps of a list that is not all on the page', () => {
  it('lie before the first row, between rows and after the last one', () => {
    const rows = [
      { start: 140, end: 180 },
      { start: 180, end: 200 },
      { start: 500, end: 540 },
    ];
    expect(gapsOf(rows, 100, 1_000)).toEqual([40, 0, 300, 460]);
  });

  it('are all there is where no row is', () => {
    expect(gapsOf([], 50, 950)).toEqual([900]);
  });

  it('amount to the whole with any rows', () => {
    const sizes = fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 50 });
    fc.assert(
      fc.property(sizes, fc.nat(500), (all, startPx) => {
        let at = startPx;
        const placed = all.map(([px, isShown]) => ({ start: at, end: (at += px), isShown }));
        const shown = placed.filter(({ isShown }) => isShown);
        const gaps = gapsOf(shown, startPx, at);
        const taken = shown.reduce((sum, { start, end }) => sum + end - start, 0);
        expect(gaps.length).toBe(shown.length + 1);
        expect(gaps.reduce((sum, px) => sum + px, 0) + taken).toBe(at - startPx);
      }),
    );
  });
});
