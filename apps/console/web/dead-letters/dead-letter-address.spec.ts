import { describe, expect, it } from '@jest/globals';

import type { DeadLetterFilter } from '../api/dead-letters.js';
import { addressOf, filterOf } from './dead-letter-address.js';

const read = (address: string): DeadLetterFilter => filterOf(new URL(address, 'http://x').searchParams);

describe('the address of dead letters', () => {
  it.each<DeadLetterFilter>([
    { state: 'open' },
    { state: 'closed' },
    { state: 'open', reason: 'memory' },
    { state: 'all', since: '2026-06-01T11:46:00.000Z' },
  ])('names %j', (filter) => {
    expect(read(addressOf(filter))).toEqual(filter);
  });

  it('leaves out what it says wrongly', () => {
    expect(read('/dead-letters?state=gone&reason=toString&since=yesterday')).toEqual({ state: 'open' });
    expect(read('/dead-letters?since=')).toEqual({ state: 'open' });
  });
});
