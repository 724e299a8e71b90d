/** Something that waits to go in a batch. */
export interface Waiting {
  /** On the collector's clock. */
  readonly arrivedAtMs: number;
}

/** Who goes next, with whom. Whoever adds to a line bounds it. */
export interface WaitingLine<T extends Waiting> extends Iterable<T> {
  readonly size: number;
  add(item: T): void;
  /** Removes the next batch: up to `sizeMax` items, and one at least unless the line is empty. */
  take(sizeMax: number): readonly T[];
}

/** First come, first served. */
export class FirstComeLine<T extends Waiting> implements WaitingLine<T> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    this.items.push(item);
  }

  take(sizeMax: number): readonly T[] {
    return this.items.splice(0, sizeMax);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items.values();
  }
}
