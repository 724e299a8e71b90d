import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { chooseFrames } from './choose-frames.js';

describe('chooseFrames', () => {
  it.each([
    [1, 5, [0]],
    [2, 5, [0, 1]],
    [5, 5, [0, 1, 2, 3, 4]],
    [10, 2, [0, 9]],
    [10, 1, [0]],
    [100, 5, [0, 25, 50, 74, 99]],
  ])('of %i frames takes at most %i: %j', (frames, max, expected) => {
    expect(chooseFrames(frames, max)).toEqual(expected);
  });

  it('takes the shown frame in the place of its nearest neighbour', () => {
    expect(chooseFrames(9, 3, 2)).toEqual([0, 2, 8]);
    expect(chooseFrames(9, 1, 4)).toEqual([4]);
  });

  it('chooses existing frames, rising, as many as allowed, with the shown one among them', () => {
    const counts = property(
      integer({ min: 1, max: 500 }),
      integer({ min: 1, max: 20 }),
      integer(),
      (frames, max, any) => {
        const shown = Math.abs(any) % frames;
        const chosen = chooseFrames(frames, max, shown);
        expect(chosen).toHaveLength(Math.min(frames, max));
        expect(chosen).toContain(shown);
        expect(chosen.every((frame, index) => frame > (chosen[index - 1] ?? -1) && frame < frames)).toBe(true);
      },
    );
    assert(counts);
  });

  it('takes the first and the last frame when two may be taken', () => {
    const ends = property(integer({ min: 2, max: 500 }), integer({ min: 2, max: 20 }), (frames, max) => {
      const chosen = chooseFrames(frames, max);
      expect([chosen[0], chosen.at(-1)]).toEqual([0, frames - 1]);
    });
    assert(ends);
  });
});
