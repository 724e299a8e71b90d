import { expect, it } from '@jest/globals';

import { growthShare } from './growth.js';

it.each([
  [[100, 100, 100, 100, 102], 0.02],
  [[100, 102, 98, 101, 99, 100, 100, 500, 101, 103], 0.0099],
  [[1, 2, 3, 4], null],
  [[], null],
])('the growth of %j is %p', (values, expected) => {
  expect(growthShare(values)).toBe(expected);
});
