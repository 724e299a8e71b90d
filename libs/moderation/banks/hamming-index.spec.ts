import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { HammingIndex, HAMMING_DISTANCE_MAX } from './hamming-index.js';
import { HASH_WORDS } from './hash-words.js';

/** The obvious way to tell how many bits differ. */
function distanceOf(a: Uint32Array, b: Uint32Array): number {
  const differing = Array.from(a, (word, at) => ((word ^ (b[at] ?? 0)) >>> 0).toString(2).replaceAll('0', ''));
  return differing.join('').length;
}

function flipped(hash: Uint32Array, bits: readonly number[]): Uint32Array {
  const words = hash.slice();
  for (const bit of bits) words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31));
  return words;
}

const hashes = fc
  .array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: HASH_WORDS, maxLength: HASH_WORDS })
  .map((words) => Uint32Array.from(words));
const flips = (most: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: most });
const distances = fc.integer({ min: 0, max: HAMMING_DISTANCE_MAX });

describe('the Hamming index', () => {
  it('finds what comparing with every hash finds, through additions, replacements and removals', () => {
    // few ids and hashes near one another, so that many are found, replaced and removed
    const change = fc.record({ id: fc.nat({ max: 40 }), add: fc.boolean(), flips: flips(24) });
    const property = fc.property(
      hashes,
      fc.array(change, { maxLength: 80 }),
      flips(12),
      distances,
      (seed, changes, asked, most) => {
        const index = new HammingIndex();
        const held = new Map<number, Uint32Array>();
        for (const { id, add, flips: bits } of changes) {
          if (add) index.add(id, flipped(seed, bits));
          else index.remove(id);
          if (add) held.set(id, flipped(seed, bits));
          else held.delete(id);
        }
        const question = flipped(seed, asked);
        const byHand = [...held]
          .map(([id, hash]) => ({ id, distance: distanceOf(hash, question) }))
          .filter(({ distance }) => distance <= most)
          .sort((a, b) => a.distance - b.distance || a.id - b.id);
        expect(index.size).toBe(held.size);
        expect(index.nearest(question, most)).toEqual(byHand[0]);
        const visited = new Map<number, number>();
        index.visit(question, most, (id, distance) => void visited.set(id, distance));
        expect(visited).toEqual(new Map(byHand.map(({ id, distance }) => [id, distance])));
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('finds a hash wherever its bits differ, as long as there are few enough', () => {
    fc.assert(
      fc.property(hashes, distances, fc.nat(), (hash, most, seed) => {
        const index = new HammingIndex();
        index.add(3, hash);
        // bits spread over all chunks are the hardest to find
        const bits = Array.from({ length: most + 1 }, (_, count) => (count * 16 + ((seed + count) % 16)) % 256);
        const spread = [...new Set(bits.map((bit, count) => (count < 16 ? bit : ((bit + 1) % 16) | (bit & ~15))))];
        const near = flipped(hash, spread.slice(0, most));
        const distance = distanceOf(hash, near);
        expect(index.nearest(near, distance)).toEqual({ id: 3, distance });
        if (distance > 0) expect(index.nearest(near, distance - 1)).toBeUndefined();
      }),
    );
  });

  it('keeps thousands of hashes that share their chunks', () => {
    const index = new HammingIndex();
    const hash = new Uint32Array(HASH_WORDS);
    for (let id = 0; id < 3_000; id += 1) index.add(id, flipped(hash, [id % 256]));
    expect(index.nearest(hash, 31)).toEqual({ id: 0, distance: 1 });
    for (let id = 0; id < 2_999; id += 1) index.remove(id);
    expect(index.size).toBe(1);
    expect(index.nearest(hash, 31)).toEqual({ id: 2_999, distance: 1 });
    index.remove(2_999);
    expect(index.nearest(hash, 31)).toBeUndefined();
  });

  it.each([-1, 32, Number.NaN])('refuses to search within %d bits', (most) => {
    expect(() => new HammingIndex().nearest(new Uint32Array(HASH_WORDS), most)).toThrow(RangeError);
  });
});
