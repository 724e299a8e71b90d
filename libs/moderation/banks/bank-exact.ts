import { HashPages } from './hash-pages.js';
import { SlotChains } from './slot-chains.js';

const KEY_BITS = 18;

/**
 * Hashes of 256 bits at places, found again when they are the same. The hashes must be spread evenly in their first
 * word, as those of SHA-256 are.
 */
export class ExactIndex {
  private readonly hashes = new HashPages();
  private readonly chains = new SlotChains(KEY_BITS);

  /** Adds a hash at a place that holds none. */
  add(place: number, hash: Uint32Array): void {
    this.hashes.put(place, hash);
    this.chains.add(keyOf(hash), place);
  }

  /** Nothing happens when there is none. */
  remove(place: number): void {
    if (this.hashes.has(place)) this.chains.remove(keyOf(this.hashes.take(place)), place);
  }

  /** Every place that holds this hash. */
  visit(hash: Uint32Array, found: (place: number) => void): void {
    for (let place = this.chains.first(keyOf(hash)); place !== -1; place = this.chains.after(place)) {
      if (this.hashes.distance(place, hash, 0) === 0) found(place);
    }
  }
}

const keyOf = (hash: Uint32Array): number => hash[0] ?? 0;
