/** A quantile of the last so many values. Adding one costs two binary searches and a short move. */
export class SlidingQuantile {
  private readonly ring: Float64Array;
  private readonly sorted: Float64Array;
  private held = 0;
  private next = 0;

  /** @param size how many values count; the oldest goes when one more comes */
  constructor(
    private readonly size: number,
    private readonly share: number,
  ) {
    this.ring = new Float64Array(size);
    this.sorted = new Float64Array(size);
  }

  get count(): number {
    return this.held;
  }

  add(value: number): void {
    if (this.held === this.size) this.remove(this.ring[this.next] ?? Number.NaN);
    this.ring[this.next] = value;
    this.next = (this.next + 1) % this.size;
    const place = this.placeOf(value);
    this.sorted.copyWithin(place + 1, place, this.held);
    this.sorted[place] = value;
    this.held += 1;
  }

  /** By nearest rank: the smallest value that `share` of all do not exceed. Undefined without values. */
  quantile(): number | undefined {
    return this.held === 0 ? undefined : this.sorted[Math.ceil(this.share * this.held) - 1];
  }

  /** Undefined without values. */
  least(): number | undefined {
    return this.held === 0 ? undefined : this.sorted[0];
  }

  /** Undefined without values. */
  mean(): number | undefined {
    if (this.held === 0) return undefined;
    return this.sorted.subarray(0, this.held).reduce((sum, value) => sum + value, 0) / this.held;
  }

  dropOldest(): void {
    if (this.held === 0) return;
    this.remove(this.ring[(this.next - this.held + this.size) % this.size] ?? Number.NaN);
  }

  clear(): void {
    this.held = 0;
    this.next = 0;
  }

  private remove(value: number): void {
    const place = this.placeOf(value);
    this.sorted.copyWithin(place, place + 1, this.held);
    this.held -= 1;
  }

  /** Of the first sorted value that is not less. */
  private placeOf(value: number): number {
    let low = 0;
    let high = this.held;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
