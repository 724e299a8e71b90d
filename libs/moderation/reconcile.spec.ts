import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { reconcile } from './reconcile.js';
import { VERDICTS, type Transition, type Verdict } from './words.js';

describe('reconciliation', () => {
  it.each<[boolean, Verdict, Transition, number | null, number | null]>([
    [true, 'allow', 'confirmed_allow', null, null],
    [true, 'block', 'late_block', 9_000, null],
    [true, 'review', 'needs_review', null, null],
    [false, 'allow', 'late_release', null, 9_000],
    [false, 'block', 'confirmed_block', null, null],
    [false, 'review', 'needs_review', null, null],
  ])('of served %s with a final %s is %s', (served, verdict, transition, exposureMs, wrongfulHoldMs) => {
    const found = reconcile({ served, sinceMs: 1_000 }, verdict, 10_000);
    expect(found).toEqual({ transition, exposureMs, wrongfulHoldMs });
  });

  it('that confirms what a default withheld counts for how long it was served before that', () => {
    const before = { served: false, sinceMs: 5_000, shownMs: 4_000 };
    expect(reconcile(before, 'block', 10_000)).toMatchObject({ transition: 'confirmed_block', exposureMs: 4_000 });
    expect(reconcile(before, 'allow', 10_000)).toMatchObject({ transition: 'late_release', exposureMs: null });
    expect(reconcile(before, 'review', 10_000)).toMatchObject({ transition: 'needs_review', exposureMs: null });
  });

  it('measures no negative time, whatever the clocks say', () => {
    const time = fc.integer({ min: -1e15, max: 1e15 });
    fc.assert(
      fc.property(fc.boolean(), fc.constantFrom(...VERDICTS), time, time, (served, verdict, sinceMs, atMs) => {
        const { exposureMs, wrongfulHoldMs } = reconcile({ served, sinceMs }, verdict, atMs);
        for (const ms of [exposureMs, wrongfulHoldMs]) expect(ms ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
