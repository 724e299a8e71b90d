import { HASH_WORDS } from './hash-words.js';

/** Hashes of a page, 2 MB. Pages are what memory grows by; nothing that is held is ever moved. */
const PAGE_HASHES = 65_536;
const PAGE_BITS = 16;
const PLACE_MASK = PAGE_HASHES - 1;

/** Hashes of 256 bits, each at a place: a small whole number from 0. 33 bytes each; memory follows the largest place. */
export class HashPages {
  private readonly pages: Uint32Array[] = [];
  /** 1 where there is a hash; a page for a page. */
  private readonly taken: Uint8Array[] = [];

  has(place: number): boolean {
    return this.taken[place >> PAGE_BITS]?.[place & PLACE_MASK] === 1;
  }

  put(place: number, hash: Uint32Array): void {
    while (place >= this.pages.length * PAGE_HASHES) {
      this.pages.push(new Uint32Array(PAGE_HASHES * HASH_WORDS));
      this.taken.push(new Uint8Array(PAGE_HASHES));
    }
    this.pageOf(place).set(hash, startOf(place));
    this.mark(place, 1);
  }

  /** @returns the hash that was there */
  take(place: number): Uint32Array {
    this.mark(place, 0);
    return this.pageOf(place).slice(startOf(place), startOf(place) + HASH_WORDS);
  }

  /**
   * Bits in which a hash differs from the one at a place; or those of the first half only, when they are more than
   * `most` already, as they nearly always are.
   */
  distance(place: number, hash: Uint32Array, most: number): number {
    const words = this.pageOf(place);
    const start = startOf(place);
    const half = differingBits(words, start, hash, 0);
    return half > most ? half : half + differingBits(words, start, hash, HASH_WORDS / 2);
  }

  private mark(place: number, taken: 0 | 1): void {
    const page = this.taken[place >> PAGE_BITS];
    if (page !== undefined) page[place & PLACE_MASK] = taken;
  }

  private pageOf(place: number): Uint32Array {
    const page = this.pages[place >> PAGE_BITS];
    if (page === undefined) throw new Error(`there was never a hash at place ${place}`);
    return page;
  }
}

/** Where a hash begins in its page. */
const startOf = (place: number): number => (place & PLACE_MASK) * HASH_WORDS;

/** Of half of the words, `from` this one on. */
function differingBits(words: Uint32Array, start: number, hash: Uint32Array, from: number): number {
  let bits = 0;
  for (let word = from; word < from + HASH_WORDS / 2; word += 1) {
    bits += onesIn((words[start + word] ?? 0) ^ (hash[word] ?? 0));
  }
  return bits;
}

/** How many bits are set, by adding neighbours (Warren, Hacker's Delight, section 5-1). */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
