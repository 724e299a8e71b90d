import { Problem } from '#contracts/problems.js';

/** Has costly work done by few at a time; some wait in line, and whoever comes behind those is told to come again. */
export class FewAtOnce {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param waitingMax who may wait beside the `most` at work */
  constructor(
    private readonly most: number,
    private readonly waitingMax: number,
  ) {}

  /** @throws Problem `overloaded` when the line is full; what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private async turn(): Promise<void> {
    if (this.running < this.most) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.waitingMax) throw new Problem('overloaded', 'Too many ask for this at once.');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
