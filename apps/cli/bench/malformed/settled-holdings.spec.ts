import { describe, expect, it } from '@jest/globals';

import { isBack, isSteady } from './settled-holdings.js';

const held = (pssMb: number, files = 10, processes = 3) => ({
  pssMb,
  servicePssMb: 90,
  rssMb: pssMb * 2,
  files,
  processes,
});

describe('what a service holds', () => {
  it('is steady when the last looks hardly differ', () => {
    const alike = [400, 300, 300, 301, 299, 300].map((mb) => held(mb));
    expect(isSteady(held(300), alike)).toBe(true);
    expect(isSteady(held(310), alike)).toBe(false);
    expect(isSteady(held(300), alike.slice(2))).toBe(false);
  });

  it('is back when memory is hardly more than it was and nothing else is more', () => {
    const back = isBack(held(300), 0.1);
    expect([held(330), held(200), held(300, 9, 2)].map(back)).toEqual([true, true, true]);
    expect([held(331), held(300, 11), held(300, 10, 4)].map(back)).toEqual([false, false, false]);
  });
});
