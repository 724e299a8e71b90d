import type { Waiting, WaitingLine } from './waiting-line.js';

/** Something that waits and has a time by which it should be done, on the collector's clock; Infinity for none. */
export interface Promised extends Waiting {
  readonly finalByMs: number;
}

/** The earliest deadline first; who came first among equals. */
export class DeadlineLine<T extends Promised> implements WaitingLine<T> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    const before = this.items.findLastIndex(({ finalByMs }) => finalByMs <= item.finalByMs);
    this.items.splice(before + 1, 0, item);
  }

  take(sizeMax: number): readonly T[] {
    return this.items.splice(0, sizeMax);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items.values();
  }
}
