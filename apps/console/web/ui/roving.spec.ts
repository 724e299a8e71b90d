import { describe, expect, it } from '@jest/globals';

import { placeAfter } from './roving.js';

describe('arrows among tabs', () => {
  it('lead on and back, round the ends', () => {
    expect([0, 3].map((at) => placeAfter('ArrowRight', at, 4))).toEqual([1, 0]);
    expect([0, 3].map((at) => placeAfter('ArrowLeft', at, 4))).toEqual([3, 2]);
    expect(['Home', 'End'].map((key) => placeAfter(key, 2, 4))).toEqual([0, 3]);
    expect(['ArrowDown', 'a', 'Tab'].map((key) => placeAfter(key, 2, 4))).toEqual([undefined, undefined, undefined]);
  });
});
