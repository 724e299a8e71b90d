import { describe, expect, it } from '@jest/globals';

import { memoryDrift, type MemoryLook } from './memory-drift.js';

const life = (rssMbOf: (second: number) => number, seconds = 100): MemoryLook[] =>
  Array.from({ length: seconds / 5 + 1 }, (_, index) => ({ atMs: index * 5_000, rssMb: rssMbOf(index * 5), pssMb: 1 }));

describe('the drift of memory', () => {
  it('is nothing when memory is flat once it has settled, whatever it did before', () => {
    expect(memoryDrift(life((second) => (second < 20 ? 100 + second * 10 : 300)))).toBe(0);
  });

  it('is the growth over the settled time, in per cent of the median', () => {
    // from 120 to 200 MB around 160
    expect(memoryDrift(life((second) => 100 + second))).toBe(50);
    expect(memoryDrift(life((second) => 200 - second))).toBe(-57.1);
  });

  it('does not follow a single peak', () => {
    expect(memoryDrift(life((second) => (second === 60 ? 900 : 300)))).toBe(0);
  });

  it('is not told of a short life', () => {
    expect(memoryDrift(life(() => 300, 15))).toBeUndefined();
    expect(memoryDrift([])).toBeUndefined();
  });
});
