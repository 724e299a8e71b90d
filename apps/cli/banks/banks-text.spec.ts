import { describe, expect, it } from '@jest/globals';

import { describeDisabled } from './banks-text.js';

const NOON = '2026-06-01T12:00:00.000Z';

describe('what is told of a bank that was disabled', () => {
  it.each<[string, string | null, number, string]>([
    ['until later', NOON, Date.parse(NOON) - 1, `partner does not hit until ${NOON}\n`],
    ['until just now', NOON, Date.parse(NOON), `partner hits: ${NOON} is past, name a time to come\n`],
    ['no more', null, 0, 'partner hits\n'],
  ])('%s', (_case, until, nowMs, words) => {
    expect(describeDisabled('partner', until, nowMs)).toBe(words);
  });
});
