import { describe, expect, it } from '@jest/globals';

import type { Asset } from '#client/answers.js';

import { outcomeOf, type Handled } from './outcome.js';
import { Tally } from './tally.js';

const handled = (name: string, served = true): Handled => ({ name, outcome: outcomeOf({ id: name, served } as Asset) });

describe('how far a run is', () => {
  it('tells what was interrupted from what was not begun', () => {
    const tally = new Tally(4);
    for (const index of [0, 1, 2]) tally.hear({ state: 'begun', index });
    tally.hear({ state: 'done', index: 1, handled: handled('b') });
    tally.hear({ state: 'accepted', index: 0, handled: handled('a') });
    expect([tally.interrupted, tally.unbegun]).toEqual([1, 1]);
    expect(tally.known().map(({ name }) => name)).toEqual(['a', 'b']);
    expect(tally.unfinished().map(({ name }) => name)).toEqual(['a']);
  });

  it('has the final in place of the provisional decision', () => {
    const tally = new Tally(1);
    tally.hear({ state: 'accepted', index: 0, handled: handled('a') });
    tally.hear({ state: 'done', index: 0, handled: handled('a', false) });
    expect(tally.known()).toMatchObject([{ outcome: { kind: 'blocked' } }]);
    expect([tally.unfinished(), tally.interrupted, tally.unbegun]).toEqual([[], 0, 0]);
  });
});
