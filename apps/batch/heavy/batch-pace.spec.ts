import { expect, it } from '@jest/globals';

import { BatchPace } from './batch-pace.js';

it('is the plan at first, and what was seen from then on', () => {
  const pace = new BatchPace(() => true);
  expect(pace.service()).toEqual({ times: [], startupMs: 0 });
  pace.expect([{ batch: 1, ms: 100 }]);
  expect(pace.service().times).toEqual([{ batch: 1, ms: 100 }]);
  pace.note(3, 350);
  expect(pace.service().times).toEqual([{ batch: 4, ms: 350 }]);
});

it('counts a start while no process is warm', () => {
  let warm = false;
  const pace = new BatchPace(() => warm);
  pace.started(1_500);
  expect(pace.service().startupMs).toBe(1_500);
  warm = true;
  expect(pace.service().startupMs).toBe(0);
});

it('knows the batch that is worth its latency, where there is a plan', () => {
  const pace = new BatchPace(() => true);
  expect(pace.worth()).toBe(8);
  pace.expect([{ batch: 1, ms: 100 }]);
  expect(pace.worth()).toBe(4);
});
