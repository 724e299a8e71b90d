import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { QueueFilter } from '../api/reviews.js';
import { addressOf, filterOf, paramsOf } from './queue-filter.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('the filter in an address', () => {
  it('is read as it was written', () => {
    const filter: QueueFilter = {
      state: 'mine',
      transition: 'late_block',
      label: 'sexual.explicit.drawn',
      class: 'urgent',
      client: ID,
      olderThanMs: 900_000,
      assignee: 'eva+b@example.org & co',
    };
    expect(filterOf(paramsOf(filter))).toEqual(filter);
    expect(filterOf(new URL(addressOf('/reviews', filter), 'http://x').searchParams)).toEqual(filter);
    expect(addressOf('/reviews', {})).toBe('/reviews');
  });

  it('leaves out what it says wrongly', () => {
    const wrong = 'state=gone&transition=toString&label=neutral&class=vip&client=me&older=-1&assignee=';
    expect(filterOf(new URLSearchParams(wrong))).toEqual({});
  });

  it('stays what it is when it is written again, whatever stands in the address', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('state', 'label', 'class', 'client', 'older', 'assignee', 'x'),
            fc.oneof(fc.string(), fc.constantFrom('open', 'bulk', ID, '60', 'sexual.explicit')),
          ),
        ),
        (pairs) => {
          const once = filterOf(new URLSearchParams(pairs));
          expect(filterOf(paramsOf(once))).toEqual(once);
        },
      ),
    );
  });
});
