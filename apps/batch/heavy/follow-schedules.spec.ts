import { expect, it } from '@jest/globals';

import type { Schedule, Schedules } from '#moderation/capacity/batch-schedule.js';
import type { SetSchedule } from '#persistence/schedule-store.js';

import { followSchedules, schedulesOf } from './follow-schedules.js';

const OTHERWISE: Schedule = { mode: 'hybrid', sizeMax: 8, waitMs: 100 };
const BULK: SetSchedule = {
  trafficClass: 'bulk',
  mode: 'size',
  sizeMax: 64,
  waitMs: 0,
  changedBy: 'chief',
  changedAt: new Date(0),
};

it('is what was set, and the settings for the rest', () => {
  const bulk = { mode: 'size', sizeMax: 64, waitMs: 0 };
  expect(schedulesOf([BULK], OTHERWISE)).toEqual({ urgent: OTHERWISE, normal: OTHERWISE, bulk });
});

it('is followed once a change', async () => {
  let set: SetSchedule[] = [];
  const followed: Schedules[] = [];
  const lines: unknown[] = [];
  const step = followSchedules({
    store: { list: () => Promise.resolve(set) },
    pull: { follow: (schedules) => followed.push(schedules) },
    otherwise: () => OTHERWISE,
    log: { info: (line: unknown) => lines.push(line) },
  });
  expect(await step()).toBe(2_000);
  await step();
  expect(followed).toHaveLength(1);
  set = [BULK];
  await step();
  await step();
  expect(followed[1]?.bulk.sizeMax).toBe(64);
  expect([followed.length, lines.length]).toEqual([2, 2]);
});

it('goes on with the last known ones when they cannot be read', async () => {
  const followed: Schedules[] = [];
  const step = followSchedules({
    store: { list: () => Promise.reject(new Error('late')) },
    pull: { follow: (schedules) => followed.push(schedules) },
    otherwise: () => OTHERWISE,
    log: { info: () => undefined },
  });
  await expect(step()).rejects.toThrow('late');
  expect(followed).toEqual([]);
});
