import { describe, expect, it } from '@jest/globals';

import { ratesOf, type LabellingTimes } from './labelling-rates.js';

/** One process, batches of 2 every 100 ms; killed at 1 350 with two in hand, back at 2 000. */
const TIMES: LabellingTimes = {
  startedMs: 0,
  readyMs: 1_000,
  killedMs: 1_350,
  readyAgainMs: 2_000,
  finalsMs: [2_300, 2_300, 1_100, 1_100, 1_200, 1_200, 1_300, 1_300, 2_100, 2_100, 2_200, 2_200],
  heldFinalsMs: [2_200, 2_300],
};

describe('the rates of a labelling', () => {
  it('are told before and after the kill, and over both', () => {
    expect(ratesOf(TIMES, 2)).toEqual({
      wholePerSecond: 9.23,
      beforePerSecond: 20,
      afterPerSecond: 20,
      recoveryMs: 750,
      heldMs: 950,
      checkpoints: 6,
    });
  });

  it('count whole rounds: a process that is about to deliver makes no rate lower', () => {
    const finalsMs = [1_100, 1_100, 1_101, 1_101, 1_200, 1_200, 1_201, 1_201, 1_300, 1_300];
    expect(ratesOf({ ...TIMES, finalsMs }, 4).beforePerSecond).toBe(40);
  });

  it('are not told of what did not happen', () => {
    const rates = ratesOf({ ...TIMES, finalsMs: [1_100, 1_100], heldFinalsMs: [] }, 2);
    expect(rates).toMatchObject({ beforePerSecond: null, afterPerSecond: null, recoveryMs: null, heldMs: null });
    expect(() => ratesOf({ ...TIMES, finalsMs: [] }, 2)).toThrow(RangeError);
  });
});
