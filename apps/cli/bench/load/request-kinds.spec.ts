import { describe, expect, it } from '@jest/globals';

import { drawWeighted, parseClasses, SIZE_MIXES } from './request-kinds.js';

describe('weights of traffic classes', () => {
  it('are read', () => {
    expect([...parseClasses('urgent:1, normal:8,bulk')]).toEqual([
      ['urgent', 1],
      ['normal', 8],
      ['bulk', 1],
    ]);
  });

  it.each(['', 'fast:1', 'normal:0', 'normal:x', 'normal:1,normal:2', 'normal:-1'])('are not %j', (text) => {
    expect(() => parseClasses(text)).toThrow(RangeError);
  });
});

describe('drawing by weight', () => {
  it('gives each entry its share of 0..1', () => {
    expect([0, 0.79, 0.81, 0.9999].map((at) => drawWeighted(SIZE_MIXES.mix, at))).toEqual(['640', '640', '2mp', '2mp']);
  });

  it('from nothing is a mistake', () => {
    expect(() => drawWeighted(new Map<string, number>(), 0.5)).toThrow(RangeError);
  });
});
