/** Something with how much it weighs. */
interface Weighted {
  readonly weight: number;
}

/** The few heaviest of many, in memory that does not grow: of equals the first that came stay. */
export class MostAffected<T extends Weighted> {
  /** The heaviest first. */
  private readonly kept: T[] = [];

  constructor(private readonly most: number) {}

  /** What is no heavier than this is not kept; asked before anything is made. */
  get least(): number {
    return this.kept.length < this.most ? Number.NEGATIVE_INFINITY : (this.kept.at(-1)?.weight ?? 0);
  }

  add(item: T): void {
    if (!(item.weight > this.least)) return;
    const at = this.kept.findIndex(({ weight }) => weight < item.weight);
    this.kept.splice(at === -1 ? this.kept.length : at, 0, item);
    this.kept.length = Math.min(this.kept.length, this.most);
  }

  list(): readonly T[] {
    return [...this.kept];
  }
}
