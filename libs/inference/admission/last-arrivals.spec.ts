import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { LastArrivals } from './last-arrivals.js';

describe('the last arrivals', () => {
  it('know when somebody else last came', () => {
    const clients = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(clients), clients, (came, asks) => {
        const arrivals = new LastArrivals();
        for (const [atMs, clientId] of came.entries()) arrivals.note(clientId, atMs);
        const last = came.findLastIndex((clientId) => clientId !== asks);
        expect(arrivals.othersAtMs(asks)).toBe(last < 0 ? -Infinity : last);
      }),
    );
  });
});
