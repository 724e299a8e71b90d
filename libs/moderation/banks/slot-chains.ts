/**
 * Chains of places that share a key: a hash table that never moves what it holds. A place is a small whole number;
 * memory follows the largest one (4 bytes each), and only the array of links is ever copied, when it must grow.
 */
export class SlotChains {
  /** Place + 1 of the first in each chain; 0 ends a chain, so that untouched memory needs no filling. */
  private readonly heads: Int32Array;
  private links = new Int32Array(1_024);
  private readonly mask: number;

  /** @param keyBits keys are told apart by their lowest `keyBits` bits */
  constructor(keyBits: number) {
    this.heads = new Int32Array(2 ** keyBits);
    this.mask = 2 ** keyBits - 1;
  }

  /** The first place under a key, or -1. Others' places may stand in the same chain. */
  first(key: number): number {
    return (this.heads[key & this.mask] ?? 0) - 1;
  }

  /** The place after this one, or -1. */
  after(place: number): number {
    return (this.links[place] ?? 0) - 1;
  }

  /** Adds a place that stands in no chain. */
  add(key: number, place: number): void {
    if (place >= this.links.length) {
      const links = new Int32Array(Math.max(place + 1, this.links.length * 2));
      links.set(this.links);
      this.links = links;
    }
    this.links[place] = this.heads[key & this.mask] ?? 0;
    this.heads[key & this.mask] = place + 1;
  }

  /** Takes out a place that was added under this key. */
  remove(key: number, place: number): void {
    const next = this.links[place] ?? 0;
    let before = this.first(key);
    if (before === place) {
      this.heads[key & this.mask] = next;
      return;
    }
    while (before !== -1 && this.after(before) !== place) before = this.after(before);
    if (before === -1) throw new Error('a place to remove stands in no chain of its key');
    this.links[before] = next;
  }
}
