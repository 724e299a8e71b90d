import { Problem } from '#contracts/problems.js';

/** Where somebody waits: `first` comes before all that are `last`, in a line of its own that those cannot fill. */
export type Place = 'first' | 'last';

/** Has costly work done by few at a time; some wait in line, and whoever comes behind those is told to come again. */
export class FewAtOnce {
  private running = 0;
  private readonly waiting: Readonly<Record<Place, (() => void)[]>> = { first: [], last: [] };

  /** @param waitingMax who may wait in each line beside the `most` at work */
  constructor(
    private readonly most: number,
    private readonly waitingMax: number,
  ) {}

  /** @throws Problem `overloaded` when the line is full; what the work throws */
  async run<T>(work: () => Promise<T>, place: Place = 'last'): Promise<T> {
    await this.turn(this.waiting[place]);
    try {
      return await work();
    } finally {
      const next = this.waiting.first.shift() ?? this.waiting.last.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private async turn(line: (() => void)[]): Promise<void> {
    if (this.running < this.most) {
      this.running += 1;
      return;
    }
    if (line.length >= this.waitingMax) throw new Problem('overloaded', 'Too many ask for this at once.');
    await new Promise<void>((resolve) => line.push(resolve));
  }
}
