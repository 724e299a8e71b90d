import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { AssetFilter } from '../api/assets.js';
import { addressOf, addressWithin, filterOf, paramsOf } from './asset-filter.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('the filter of assets in an address', () => {
  it('is read as it was written', () => {
    const filter: AssetFilter = {
      list: 'reconciled',
      window: '24h',
      since: '2026-06-01T11:46:00.000Z',
      until: '2026-06-01T12:00:25Z',
      class: 'urgent',
      client: ID,
      verdict: 'block',
      source: 'default',
      reason: 'shed',
      transition: 'late_block',
      label: 'sexual.explicit.drawn',
      seenBy: 'fast',
      late: false,
      exposedFromMs: 0,
      heldFromMs: 60_001,
    };
    expect(filterOf(paramsOf(filter))).toEqual(filter);
    expect(filterOf(new URL(addressOf(filter), 'http://x').searchParams)).toEqual(filter);
    expect([addressOf({}), addressOf({ late: true })]).toEqual(['/assets', '/assets?late=true']);
  });

  it.each([
    'list=toString&window=2h&since=today&until=2026-13-01T00:00:00Z&class=vip&client=me',
    'verdict=review&source=moderator&reason=damaged&transition=gone&label=neutral&late=1',
    'exposedFromMs=-1&heldFromMs=1e9',
    'exposedFromMs=999999999999&heldFromMs=',
    'seenBy=both',
  ])('leaves out what it says wrongly: %s', (wrong) => {
    expect(filterOf(new URLSearchParams(wrong))).toEqual({});
  });

  it('is within the times of a number, unless that is of now', () => {
    const times = { since: '2026-06-01T11:01:00.000Z', until: '2026-06-01T12:00:25.000Z' };
    const at = (filter: AssetFilter): AssetFilter =>
      filterOf(new URL(addressWithin(times, filter), 'http://x').searchParams);
    expect(at({})).toEqual(times);
    expect(at({ list: 'final', late: true })).toEqual({ list: 'final', late: true, ...times });
    for (const list of ['waiting', 'review', 'dead_letter'] as const) expect(at({ list })).toEqual({ list });
  });

  it('keeps what both tiers scored without a label', () => {
    expect(filterOf(new URLSearchParams('seenBy=compared'))).toEqual({ seenBy: 'compared' });
  });

  it('stays what it is when it is written again, whatever stands in the address', () => {
    const names = ['list', 'since', 'class', 'late', 'label', 'seenBy', 'heldFromMs', 'client', 'x'];
    const values = ['final', '2026-06-01T12:00:25Z', 'bulk', 'true', 'sexual.explicit', 'heavy', '60', ID];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(fc.string(), fc.constantFrom(...values)))),
        (pairs) => {
          const once = filterOf(new URLSearchParams(pairs));
          expect(filterOf(paramsOf(once))).toEqual(once);
        },
      ),
    );
  });
});
