import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TrafficClass } from '#moderation/words.js';
import { placesOf } from './places.js';

const CLASSES = ['urgent', 'normal', 'bulk'] as const;
const of = (limit: number, workers: number, ...wanting: TrafficClass[]) =>
  placesOf({ limit, workers, wanting: new Set(wanting) });

describe('places', () => {
  it('are as many for bulk as are said, but for the last of others', () => {
    const wanting = new Set(CLASSES);
    expect(placesOf({ limit: 40, workers: 2, wanting, bulkMin: 16 })).toEqual({ urgent: 18, normal: 6, bulk: 16 });
    expect(placesOf({ limit: 10, workers: 2, wanting, bulkMin: 16 })).toEqual({ urgent: 1, normal: 1, bulk: 8 });
  });

  it('are a tenth for bulk and a quarter of the rest for normal while all want them', () => {
    expect(of(40, 2, ...CLASSES)).toEqual({ urgent: 27, normal: 9, bulk: 4 });
    expect(of(40, 2, 'normal', 'bulk')).toEqual({ urgent: 0, normal: 36, bulk: 4 });
    expect(of(40, 6, 'urgent', 'bulk')).toEqual({ urgent: 34, normal: 0, bulk: 6 });
    expect(of(40, 2, 'bulk')).toEqual({ urgent: 0, normal: 0, bulk: 40 });
    expect(of(1, 1, ...CLASSES)).toEqual({ urgent: 1, normal: 1, bulk: 1 });
  });

  it('are all given, none to those who want none, and one at the least to those who do', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.subarray([...CLASSES], { minLength: 1 }),
        (limit, workers, wanting) => {
          const places = of(limit, workers, ...wanting);
          expect(places.urgent + places.normal + places.bulk).toBe(Math.max(limit, wanting.length));
          for (const one of CLASSES) expect(places[one] > 0).toBe(wanting.includes(one));
        },
      ),
    );
  });
});
