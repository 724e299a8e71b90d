import { Buckets } from './hamming-index-buckets.js';
import { HashPages } from './hash-pages.js';

/** Bits of 256: what 16 chunks can find with at most one differing bit in some chunk. */
export const HAMMING_DISTANCE_MAX = 31;

const CHUNK_BITS = 16;
const CHUNKS = 16;
const CHUNK_VALUES = 2 ** CHUNK_BITS;

export interface Neighbour {
  readonly id: number;
  /** Bits that differ. */
  readonly distance: number;
}

/**
 * Hashes of 256 bits, found again by likeness: multi-index hashing (Norouzi, Punjani and Fleet 2012) over 16 chunks of
 * 16 bits. Of two hashes that differ in at most 31 bits some chunk differs in at most one, so 17 look-ups per chunk
 * find all candidates; and by the general pigeonhole principle fewer do for a smaller distance `d`: of any two hashes
 * within it, either one of the first `d - 15` chunks differs in at most one bit, or one of the others in none.
 *
 * About 145 bytes a hash, besides 4 MB. An addition touches 16 buckets and moves nothing.
 */
export class HammingIndex {
  private readonly hashes = new HashPages();
  private readonly buckets = new Buckets(CHUNKS * CHUNK_VALUES);
  private count = 0;

  /** Hashes that are held. */
  get size(): number {
    return this.count;
  }

  /**
   * Adds a hash, or replaces the one of the same id.
   * @param id a small whole number from 0: memory follows the largest one
   * @param hash eight words
   */
  add(id: number, hash: Uint32Array): void {
    this.remove(id);
    this.hashes.put(id, hash);
    this.count += 1;
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) this.buckets.add(bucketOf(hash, chunk), id);
  }

  /** Nothing happens when there is none. */
  remove(id: number): void {
    if (!this.hashes.has(id)) return;
    const hash = this.hashes.take(id);
    this.count -= 1;
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) this.buckets.remove(bucketOf(hash, chunk), id);
  }

  /** The nearest hash within the distance; of equally near ones that with the smallest id. */
  nearest(hash: Uint32Array, distanceMax: number): Neighbour | undefined {
    let best: Neighbour | undefined;
    this.visit(hash, distanceMax, (id, distance) => {
      if (best === undefined || distance < best.distance || (distance === best.distance && id < best.id)) {
        best = { id, distance };
      }
      return best.distance;
    });
    return best;
  }

  /**
   * Every hash within the distance, in no order, some of them several times.
   *
   * @param distanceMax 0..31
   * @param found says how near further hashes must be, which may save much of the search; undefined: as before
   * @throws RangeError for another distance
   */
  visit(hash: Uint32Array, distanceMax: number, found: (id: number, distance: number) => number | undefined): void {
    if (!(distanceMax >= 0 && distanceMax <= HAMMING_DISTANCE_MAX)) {
      throw new RangeError(`a distance to search within is 0..${HAMMING_DISTANCE_MAX}, not ${distanceMax}`);
    }
    let within = distanceMax;
    const check = (id: number): void => {
      const distance = this.hashes.distance(id, hash, within);
      if (distance <= within) within = Math.min(within, found(id, distance) ?? within);
    };
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) this.buckets.visit(bucketOf(hash, chunk), check);
    for (let chunk = 0; chunk <= within - CHUNKS; chunk += 1) {
      const bucket = bucketOf(hash, chunk);
      for (let bit = 0; bit < CHUNK_BITS; bit += 1) this.buckets.visit(bucket ^ (1 << bit), check);
    }
  }
}

/** The bucket of one chunk of a hash; buckets of chunk values that differ in a bit differ in that bit. */
function bucketOf(hash: Uint32Array, chunk: number): number {
  const word = hash[chunk >> 1] ?? 0;
  return chunk * CHUNK_VALUES + (chunk % 2 === 0 ? word >>> CHUNK_BITS : word & (CHUNK_VALUES - 1));
}
