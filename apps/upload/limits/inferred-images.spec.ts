import { describe, expect, it } from '@jest/globals';

import { dayOf } from '#moderation/limits/day.js';
import type { InferenceCount } from '#persistence/inference-count-store.js';

import { InferredImages } from './inferred-images.js';

const NOON = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;

/** Counts on a clock that the test moves; the end of each writes them. */
function scene() {
  const state = { nowMs: NOON, late: false };
  const written: (readonly InferenceCount[])[] = [];
  const faults: unknown[] = [];
  const images = new InferredImages(
    {
      write: (_, counts) => {
        if (state.late) return Promise.reject(new Error('late'));
        written.push(counts);
        return Promise.resolve();
      },
    },
    { onError: (error) => void faults.push(error), nowMs: () => state.nowMs },
  );
  return { state, written, faults, images };
}

describe('images that were inferred', () => {
  it('are known at once, by client and day', () => {
    const { state, images } = scene();
    images.add('shop', 3);
    images.add('shop', 2);
    images.add('press', 1);
    const today = dayOf(NOON);
    expect([images.of('shop', today), images.of('press', today), images.of('nobody', today)]).toEqual([5, 1, 0]);
    state.nowMs += DAY_MS;
    expect(images.of('shop', dayOf(state.nowMs))).toBe(0);
  });

  it('are written as what they amount to, and only where that has changed', async () => {
    const { written, images } = scene();
    images.add('shop', 3);
    images.add('press', 1);
    await images.stop();
    images.add('shop', 2);
    await images.stop();
    await images.stop();
    const dayMs = dayOf(NOON).startMs;
    expect(written).toEqual([
      [
        { clientId: 'shop', dayMs, images: 3 },
        { clientId: 'press', dayMs, images: 1 },
      ],
      [{ clientId: 'shop', dayMs, images: 5 }],
    ]);
  });

  it('are written the next time where the database was late, also of yesterday, which is forgotten then', async () => {
    const { state, written, faults, images } = scene();
    state.late = true;
    images.add('shop', 3);
    await images.stop();
    expect(faults).toHaveLength(1);
    state.late = false;
    state.nowMs += DAY_MS;
    await images.stop();
    expect(written).toEqual([[{ clientId: 'shop', dayMs: dayOf(NOON).startMs, images: 3 }]]);
    expect(images.of('shop', dayOf(NOON))).toBe(0);
  });
});
