import { describe, expect, it } from '@jest/globals';

import { OperationalError } from '#contracts/errors.js';

import { BatchRests } from './batch-rests.js';

const away = new OperationalError('away');

/** How long it rests after each of these, one after the other, a batch as soon as the rest before is over. */
function restsMs(errors: readonly unknown[]): number[] {
  const rests = new BatchRests();
  let nowMs = 0;
  return errors.map((error) => {
    if (error === 'went') rests.went();
    else rests.failed(error, nowMs);
    const fromMs = nowMs;
    while (!rests.isOver(nowMs)) nowMs += 1;
    return nowMs - fromMs;
  });
}

describe('rests after batches that were not labelled', () => {
  it('grow while something is away, to eight seconds, and begin anew when it was there', () => {
    expect(restsMs([away, away, away, away, away, 'went', away])).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000, 0, 1_000,
    ]);
  });

  it('are none after a defect or three, and grow with every other one', () => {
    const defect = new TypeError('x is undefined');
    expect(restsMs(Array(7).fill(defect))).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
    expect(restsMs([defect, defect, defect, 'went', defect])).toEqual([0, 0, 0, 0, 0]);
  });

  it('count batches that were in hand together as one, and are not cut short by one', () => {
    const rests = new BatchRests();
    for (let batch = 0; batch < 4; batch += 1) rests.failed(away, 10 * batch);
    expect([rests.isOver(999), rests.isOver(1_000)]).toEqual([false, true]);
    rests.failed(away, 1_000);
    rests.failed(new TypeError('x is undefined'), 1_001);
    expect([rests.isOver(2_999), rests.isOver(3_000)]).toEqual([false, true]);
  });
});
