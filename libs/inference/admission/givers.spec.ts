import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TrafficClass } from '#moderation/words.js';
import { givers } from './givers.js';
import { placesOf } from './places.js';

const CLASSES = ['urgent', 'normal', 'bulk'] as const;

const place = fc.record({
  clientId: fc.constantFrom('a', 'b', 'c'),
  trafficClass: fc.constantFrom(...CLASSES),
  weight: fc.integer({ min: 1, max: 3 }),
});
type Place = { readonly clientId: string; readonly trafficClass: TrafficClass; readonly weight: number };

const of = (clientId: string, trafficClass: TrafficClass = 'normal'): Place => ({ clientId, trafficClass, weight: 1 });
const sum = (places: readonly Place[]): number => places.reduce((total, { weight }) => total + weight, 0);

/** Places that are all taken, and an arrival. */
function scene(places: readonly Place[], arrival: Place) {
  const wanting = new Set([...places, arrival].map(({ trafficClass }) => trafficClass));
  const rights = placesOf({ limit: sum(places), workers: 2, wanting });
  return { rights, leave: givers(places, arrival, arrival.weight, rights, () => 0) };
}

describe('of one class', () => {
  it('the client with most gives, from its end', () => {
    const places = ['a', 'b', 'a', 'a', 'b'].map((clientId, index) => ({ ...of(clientId), index }));
    const rights = { urgent: 0, normal: 5, bulk: 0 };
    expect(givers(places, of('c'), 1, rights, () => 0).map(({ index }) => index)).toEqual([3]);
    expect(givers(places, of('a'), 1, rights, () => 0)).toEqual([]);
    expect(
      givers([of('a')], of('b'), 1, { ...rights, normal: 1 }, (clientId) => (clientId === 'a' ? 1 : 0)),
    ).toHaveLength(1);
    expect(givers(places, { ...of('c'), weight: 3 }, 3, rights, () => 0)).toEqual([]);
  });
});

describe('between classes', () => {
  const many = (count: number, one: Place): Place[] => Array.from({ length: count }, () => ({ ...one }));

  it('the first of a class finds a place, whoever has them all, even its own client', () => {
    for (const trafficClass of ['urgent', 'normal'] as const) {
      expect(scene(many(9, of('a', trafficClass)), of('a', 'bulk')).leave).toHaveLength(1);
    }
    expect(scene(many(9, of('a', 'urgent')), of('a', 'normal')).leave).toHaveLength(1);
  });

  it('live takes back what bulk has beyond its own, and no more', () => {
    expect(scene(many(20, of('a', 'bulk')), of('b', 'urgent')).leave).toHaveLength(1);
    const shared = [...many(18, of('b')), ...many(2, of('a', 'bulk'))];
    expect(scene(shared, of('b')).leave).toEqual([]);
  });
});

describe('those who give way', () => {
  it('are enough or none, of classes that have more than their own or of the richest client of the arrival’s', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 30 }), place, (places, arrival) => {
        const { leave, rights } = scene(places, arrival);
        const held = (all: readonly Place[], one: TrafficClass): number =>
          sum(all.filter(({ trafficClass }) => trafficClass === one));
        const stay = places.filter((one) => !leave.includes(one));
        if (leave.length > 0) expect(sum(leave)).toBeGreaterThanOrEqual(arrival.weight);
        for (const one of CLASSES) {
          if (one === arrival.trafficClass || held(places, one) === held(stay, one)) continue;
          expect(held(stay, one)).toBeGreaterThan(rights[one] - 3);
          expect(held(places, one)).toBeGreaterThan(rights[one]);
        }
      }),
    );
  });

  it('are never the last of a class, where each place counts one', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 30 }), place, (some, comes) => {
        const places = some.map((one) => ({ ...one, weight: 1 }));
        const { leave } = scene(places, { ...comes, weight: 1 });
        const stay = places.filter((one) => !leave.includes(one));
        for (const one of CLASSES) {
          const had = places.some(({ trafficClass }) => trafficClass === one);
          if (had && one !== comes.trafficClass)
            expect(stay.some(({ trafficClass }) => trafficClass === one)).toBe(true);
        }
      }),
    );
  });

  it('let the first of a class in always, where there are three places', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 30 }), place, (some, comes) => {
        const arrival = { ...comes, weight: 1 };
        const places = some
          .map((one) => ({ ...one, weight: 1 }))
          .filter(({ trafficClass }) => trafficClass !== arrival.trafficClass);
        fc.pre(places.length >= 3);
        expect(scene(places, arrival).leave).toHaveLength(1);
      }),
    );
  });
});
