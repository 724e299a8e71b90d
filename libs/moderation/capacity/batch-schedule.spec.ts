import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  BATCH_SIZE_MAX,
  departureOf,
  heldMax,
  SCHEDULE_MODES,
  scheduleFaults,
  type Schedule,
  type ScheduleMode,
} from './batch-schedule.js';
import { timeOf } from './batch-size.js';

const TIMES = [
  { batch: 1, ms: 100 },
  { batch: 8, ms: 800 },
];
const WARM = { times: TIMES, startupMs: 0 };
const schedule = (mode: ScheduleMode, sizeMax = 8, waitMs = 1_000): Schedule => ({ mode, sizeMax, waitMs });
const waiting = (count: number, { oldestMs = 0, finalByMs = Infinity } = {}) => ({ count, oldestMs, finalByMs });

const modes = fc.constantFrom(...SCHEDULE_MODES);
const sizes = fc.integer({ min: 1, max: BATCH_SIZE_MAX });
const waits = fc.integer({ min: 1, max: 3_600_000 });
const counts = fc.integer({ min: 1, max: 2_000 });
const moments = fc.integer({ min: 0, max: 10_000_000 });
const deadlines = fc.oneof(moments, fc.constant(Infinity));
const startups = fc.integer({ min: 0, max: 20_000 });

describe('when a batch goes', () => {
  it.each<[string, Schedule, ReturnType<typeof waiting>, ReturnType<typeof departureOf>]>([
    ['size, not full', schedule('size'), waiting(7), { atMs: Infinity, reason: 'full', count: 7 }],
    ['size, full', schedule('size'), waiting(8), { atMs: -Infinity, reason: 'full', count: 8 }],
    ['size, more', schedule('size'), waiting(9), { atMs: -Infinity, reason: 'full', count: 8 }],
    ['size, late', schedule('size'), waiting(1, { finalByMs: 5 }), { atMs: Infinity, reason: 'full', count: 1 }],
    ['time', schedule('time'), waiting(20, { oldestMs: 7 }), { atMs: 1_007, reason: 'timer', count: 20 }],
    ['time, late', schedule('time'), waiting(1, { finalByMs: 5 }), { atMs: 1_000, reason: 'timer', count: 1 }],
    ['time, all it may hold', schedule('time'), waiting(32), { atMs: -Infinity, reason: 'full', count: 32 }],
    ['hybrid, full', schedule('hybrid'), waiting(8), { atMs: -Infinity, reason: 'full', count: 8 }],
    ['hybrid, by time', schedule('hybrid'), waiting(2), { atMs: 1_000, reason: 'timer', count: 2 }],
    [
      'hybrid, a deadline',
      schedule('hybrid'),
      waiting(2, { finalByMs: 1_500 }),
      { atMs: 700, reason: 'deadline', count: 2 },
    ],
    ['hybrid, far', schedule('hybrid'), waiting(2, { finalByMs: 1_800 }), { atMs: 1_000, reason: 'timer', count: 2 }],
  ])('%s', (_case, when, what, expected) => {
    expect(departureOf(when, what, WARM)).toEqual(expected);
  });

  it('takes into account that no process is warm', () => {
    const due = departureOf(schedule('hybrid'), waiting(1, { finalByMs: 2_000 }), { times: TIMES, startupMs: 1_500 });
    expect(due).toMatchObject({ atMs: 400, reason: 'deadline' });
  });

  it('is never later than T in time and hybrid', () => {
    const any = fc.record({ count: counts, oldestMs: moments, finalByMs: deadlines });
    fc.assert(
      fc.property(modes, sizes, waits, any, startups, (mode, sizeMax, waitMs, what, startupMs) => {
        const { atMs } = departureOf({ mode, sizeMax, waitMs }, what, { times: TIMES, startupMs });
        if (mode === 'size') expect(atMs).toBe(what.count >= sizeMax ? -Infinity : Infinity);
        else expect(atMs).toBeLessThanOrEqual(what.oldestMs + waitMs);
      }),
    );
  });

  it('never sends more than wait, and in size and hybrid no more than N', () => {
    fc.assert(
      fc.property(modes, sizes, waits, counts, (mode, sizeMax, waitMs, count) => {
        const due = departureOf({ mode, sizeMax, waitMs }, waiting(count), WARM);
        expect(due.count).toBeLessThanOrEqual(mode === 'time' ? count : Math.min(count, sizeMax));
        expect(due.count).toBeGreaterThan(0);
      }),
    );
  });

  it('is at once in hybrid when a deadline is no further than the batch takes', () => {
    const any = fc.record({ nowMs: moments, count: counts, slackMs: fc.integer({ min: 0, max: 100_000 }) });
    fc.assert(
      fc.property(sizes, waits, any, startups, (sizeMax, waitMs, { nowMs, count, slackMs }, startupMs) => {
        const finalByMs = nowMs + timeOf(TIMES, count) + startupMs - slackMs;
        const what = { count, oldestMs: nowMs, finalByMs };
        const { atMs } = departureOf({ mode: 'hybrid', sizeMax, waitMs }, what, { times: TIMES, startupMs });
        expect(atMs).toBeLessThanOrEqual(nowMs);
      }),
    );
  });
});

describe('a schedule', () => {
  it('let a class hold one batch, or by time four', () => {
    const schedules = [schedule('hybrid', 4), schedule('size', 64), schedule('time', 16)];
    expect(schedules.map(heldMax)).toEqual([4, 64, 64]);
  });
});

describe('the faults of a schedule', () => {
  it.each<[Schedule, string[]]>([
    [schedule('hybrid', 8, 0), []],
    [schedule('size', 1, 0), []],
    [schedule('time', 256, 3_600_000), []],
    [schedule('time', 8, 0), ['/waitMs']],
    [schedule('hybrid', 0, -1), ['/sizeMax', '/waitMs']],
    [schedule('hybrid', 257, 3_600_001), ['/sizeMax', '/waitMs']],
    [schedule('hybrid', 1.5, Number.NaN), ['/sizeMax', '/waitMs']],
  ])('%j are %j', (one, pointers) => {
    expect(scheduleFaults(one).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
