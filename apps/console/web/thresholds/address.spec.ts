import { describe, expect, it } from '@jest/globals';

import { addressOf, shownOf, timesOf } from './address.js';

const of = (query: string) => shownOf(new URLSearchParams(query));
const DRAFT = '01234567-89ab-7cde-8f01-23456789abcd';

describe('the address of the threshold page', () => {
  it('says what is shown, and is read back', () => {
    const shown = of(
      `draft=${DRAFT}&label=sexual.suggestive&tier=heavy&from=2026-01-01&to=2026-01-31&client=a%20%26%20b`,
    );
    expect(shown).toEqual({
      draft: DRAFT,
      label: 'sexual.suggestive',
      tier: 'heavy',
      window: { from: '2026-01-01', to: '2026-01-31' },
      client: 'a & b',
    });
    expect(of(addressOf(shown).split('?')[1] ?? '')).toEqual(shown);
  });

  it.each([
    '',
    'draft=7&label=neutral&tier=slow&days=0&client=',
    'days=1000',
    'from=2026-01-02&to=2026-01-01',
    'from=2020-01-01&to=2026-01-01',
    'from=yesterday&to=today',
  ])('leaves out what makes no sense in %j', (query) => {
    const usual = { draft: undefined, label: 'sexual.explicit', tier: 'fast', window: { days: 7 }, client: undefined };
    expect(of(query)).toEqual(usual);
  });

  it('means days as they are where the person is, the last one included', () => {
    const { receivedFrom, receivedBefore } = timesOf({ from: '2026-01-01', to: '2026-01-01' }, 0);
    expect([receivedFrom, receivedBefore]).toEqual(
      ['2026-01-01T00:00:00', '2026-01-02T00:00:00'].map((local) => new Date(local).toISOString()),
    );
    const now = Date.UTC(2026, 0, 8);
    expect(timesOf({ days: 7 }, now)).toEqual({
      receivedFrom: '2026-01-01T00:00:00.000Z',
      receivedBefore: '2026-01-08T00:00:00.000Z',
    });
  });
});
