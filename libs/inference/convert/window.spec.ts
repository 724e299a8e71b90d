import { describe, expect, it } from '@jest/globals';
import { placesOf, windowOver, type Padding } from './window.js';

describe('windowOver', () => {
  it.each<{ side: number; size: number; stride: number; padding: Padding; pads: number[]; places: number }>([
    { side: 224, size: 3, stride: 1, padding: 'same', pads: [1, 1, 1, 1], places: 224 },
    { side: 224, size: 3, stride: 2, padding: 'same', pads: [0, 0, 1, 1], places: 112 },
    { side: 7, size: 3, stride: 2, padding: 'same', pads: [1, 1, 1, 1], places: 4 },
    { side: 14, size: 1, stride: 2, padding: 'same', pads: [0, 0, 0, 0], places: 7 },
    { side: 35, size: 5, stride: 1, padding: 'same', pads: [2, 2, 2, 2], places: 35 },
    { side: 299, size: 3, stride: 2, padding: 'valid', pads: [0, 0, 0, 0], places: 149 },
    { side: 224, size: 3, stride: 2, padding: [0, 0, 1, 1], pads: [0, 0, 1, 1], places: 112 },
  ])('pads a side of $side for a window of $size by $stride, $padding', (row) => {
    const { side, size, stride, padding, pads, places } = row;
    const window = windowOver([side, side], [size, size], [stride, stride], padding);
    expect(window.pads).toEqual(pads);
    expect(placesOf([side, side], window)).toEqual([places, places]);
  });

  it('pads each side of an oblong window for itself', () => {
    const window = windowOver([17, 17], [1, 7], [1, 1], 'same');
    expect(window.pads).toEqual([0, 3, 0, 3]);
    expect(placesOf([17, 17], window)).toEqual([17, 17]);
  });
});
