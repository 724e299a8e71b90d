import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { TRAFFIC_CLASSES } from '#moderation/words.js';

import { SIZES } from './request-kinds.js';
import { formatTrace, parseTrace } from './trace.js';

describe('a trace', () => {
  it('is read as it was written', () => {
    const request = fc.record({
      atMs: fc.double({ min: 0, max: 1e9, noNaN: true }).map((atMs) => Math.abs(atMs)),
      size: fc.constantFrom(...SIZES),
      class: fc.constantFrom(...TRAFFIC_CLASSES),
    });
    const property = fc.property(fc.array(request, { minLength: 1, maxLength: 50 }), (requests) => {
      const inOrder = [...requests].sort((a, b) => a.atMs - b.atMs);
      expect(parseTrace(formatTrace(requests))).toEqual(inOrder);
    });
    fc.assert(property);
  });

  it('of somebody else’s traffic may know bytes only', () => {
    const text = '{"atMs":20,"bytes":400000,"class":"bulk"}\n\n{"atMs":3,"bytes":70000}\n{"atMs":5}';
    expect(parseTrace(text)).toEqual([
      { atMs: 3, size: '640', class: 'normal' },
      { atMs: 5, size: '640', class: 'normal' },
      { atMs: 20, size: '2mp', class: 'bulk' },
    ]);
  });

  it.each([
    ['', 'has 1 to'],
    ['{"atMs":1}\n{"atMs":', 'line 2'],
    ['null', 'line 1'],
    ['{"atMs":-1}', 'atMs'],
    ['{"atMs":"1"}', 'atMs'],
    ['{"atMs":1,"size":"huge"}', 'size'],
    ['{"atMs":1,"class":"vip"}', 'class'],
  ])('is not %j', (text, words) => {
    expect(() => parseTrace(text)).toThrow(words);
  });
});
