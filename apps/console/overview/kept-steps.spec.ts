import { describe, expect, it } from '@jest/globals';

import type { Tally } from '#moderation/overview/cells.js';
import { spanOf } from '#moderation/overview/windows.js';

import { KeptSteps } from './kept-steps.js';

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 5, 1, 12);

/** Counts one upload in each step that it is asked for. */
class Source {
  asked: number[] = [];
  most = 0;
  fault: Error | undefined;

  readonly fill = (tallies: ReadonlyMap<number, Tally>): Promise<void> => {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.asked.push(...tallies.keys());
    this.most = Math.max(this.most, tallies.size);
    for (const tally of tallies.values()) tally.add('upload', 'normal', 1);
    return Promise.resolve();
  };
}

describe('the steps of a window', () => {
  it('are counted once when they are long past, and anew until then', async () => {
    const source = new Source();
    const steps = new KeptSteps(source.fill);
    const first = await steps.read(spanOf('1h', NOON));
    expect(first.map((tally) => tally.count('upload'))).toEqual(Array(60).fill(1));
    expect(source.asked.length).toBe(60);
    source.asked = [];
    await steps.read(spanOf('1h', NOON + 1_000));
    expect(source.asked).toEqual([NOON - 2 * MINUTE_MS, NOON - MINUTE_MS, NOON]);
    source.asked = [];
    await steps.read(spanOf('1h', NOON + MINUTE_MS));
    expect(source.asked).toEqual([NOON - 2 * MINUTE_MS, NOON - MINUTE_MS, NOON, NOON + MINUTE_MS]);
  });

  it('are asked for a few hours at once', async () => {
    const source = new Source();
    await new KeptSteps(source.fill).read(spanOf('7d', NOON));
    expect([source.asked.length, source.most]).toEqual([168, 4]);
  });

  it('are counted again after a fault', async () => {
    const source = new Source();
    const steps = new KeptSteps(source.fill);
    source.fault = new Error('late');
    await expect(steps.read(spanOf('15m', NOON))).rejects.toThrow('late');
    source.fault = undefined;
    expect((await steps.read(spanOf('15m', NOON))).length).toBe(15);
  });
});
