import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { givers } from './givers.js';

const place = fc.record({ clientId: fc.constantFrom('a', 'b', 'c'), weight: fc.integer({ min: 1, max: 4 }) });

describe('those who give way', () => {
  it('are of the client with most, from its end', () => {
    const places = ['a', 'b', 'a', 'a', 'b'].map((clientId, index) => ({ clientId, weight: 1, index }));
    expect(givers(places, { clientId: 'c', weight: 1 }, 1).map(({ index }) => index)).toEqual([3]);
    expect(givers(places, { clientId: 'a', weight: 1 }, 1)).toEqual([]);
    expect(givers(places, { clientId: 'c', weight: 3 }, 3)).toEqual([]);
  });

  it('are enough or none, and keep no fewer than the arrival’s client then has', () => {
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 20 }),
        place,
        fc.integer({ min: 1, max: 4 }),
        (places, arrival, excess) => {
          const leave = givers(places, arrival, excess);
          if (leave.length === 0) return;
          const sum = (all: typeof places): number => all.reduce((total, { weight }) => total + weight, 0);
          const of = (clientId: string, all: typeof places) => sum(all.filter((one) => one.clientId === clientId));
          expect(sum([...leave])).toBeGreaterThanOrEqual(excess);
          const stay = places.filter((one) => !leave.includes(one));
          for (const { clientId } of leave) {
            expect(of(clientId, stay)).toBeGreaterThanOrEqual(of(arrival.clientId, places) + arrival.weight);
          }
        },
      ),
    );
  });
});
