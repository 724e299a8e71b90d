import { expect, it } from '@jest/globals';

import { lagMsMaxOf } from './load-options.js';

it.each([
  ['a tenth of a long promise', { slo: 500 }, 50],
  ['what a timer may be late, of a short one', { slo: 50 }, 20],
  ['what is said', { slo: 500, lag: 5 }, 5],
])('the generator may be late by %s', (_, options, expected) => {
  expect(lagMsMaxOf(options)).toBe(expected);
});
