import { expect, it } from '@jest/globals';

import { efficiencyOf } from './efficiency.js';

it.each([
  [{ usefulMs: 60, startupMs: 10, idleMs: 30 }, 0.6],
  [{ usefulMs: 5, startupMs: 0, idleMs: 0 }, 1],
  [{ usefulMs: 0, startupMs: 0, idleMs: 0 }, 0],
])('the efficiency of %j is %d', (spent, expected) => {
  expect(efficiencyOf(spent)).toBe(expected);
});
