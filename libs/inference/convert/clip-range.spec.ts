import { describe, expect, it } from '@jest/globals';
import { clipRange } from './clip-range.js';

const flat = (parts: number): Float64Array => new Float64Array(parts).fill(1_000);

describe('clipRange', () => {
  it('keeps a range that is full to its ends', () => {
    expect(clipRange({ range: [-8, 8], counts: flat(64) })).toEqual([-8, 8]);
  });

  it('cuts off an end where almost nothing lies', () => {
    const counts = new Float64Array(2_000);
    counts.fill(1_000_000, 0, 1_000);
    counts[1_999] = 1;
    const [low, high] = clipRange({ range: [-10, 30], counts });
    expect(low).toBe(-10);
    expect(high).toBeLessThan(30);
    expect(high).toBeGreaterThanOrEqual(15);
  });

  it.each([
    [2, 6],
    [-6, -2],
  ])('reaches to zero from %d..%d', (low, high) => {
    expect(clipRange({ range: [low, high], counts: flat(64) })).toEqual([Math.min(low, 0), Math.max(high, 0)]);
  });
});
