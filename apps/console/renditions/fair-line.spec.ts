import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { FairLine, RendererBusy } from './fair-line.js';

/** Far more than it takes. */
const TURNS_MAX = 10_000;

/** Work that is begun, and ended when the test says so. */
class Desk {
  readonly begun: string[] = [];
  readonly refused: string[] = [];
  private readonly ends: (() => void)[] = [];
  private asked = 0;

  constructor(private readonly line: FairLine) {}

  ask(who: string): void {
    const work = (): Promise<void> => {
      this.begun.push(who);
      return new Promise((resolve) => this.ends.push(resolve));
    };
    this.asked += 1;
    void this.line.run(who, work).catch((error: unknown) => {
      if (!(error instanceof RendererBusy)) throw error;
      this.refused.push(who);
    });
  }

  /** Ends one after the other until nothing is under way. */
  async endAll(): Promise<void> {
    const isOver = (): boolean => this.begun.length + this.refused.length === this.asked && this.ends.length === 0;
    for (let turn = 0; turn < TURNS_MAX && !isOver(); turn += 1) {
      this.ends.shift()?.();
      await Promise.resolve();
    }
  }
}

const askedFor = (desk: Desk, who: string, times: number): void => {
  for (let asked = 0; asked < times; asked += 1) desk.ask(who);
};

describe('a line of few places', () => {
  it('serves people in turn, and each in the order that they asked', async () => {
    const desk = new Desk(new FairLine(9));
    askedFor(desk, 'ann', 4);
    askedFor(desk, 'bob', 2);
    askedFor(desk, 'eve', 1);
    await desk.endAll();
    expect(desk.begun).toEqual(['ann', 'ann', 'bob', 'eve', 'ann', 'bob', 'ann']);
    expect(desk.refused).toEqual([]);
  });

  it('is whoever’s who is alone, and no more than it has', async () => {
    const desk = new Desk(new FairLine(4));
    askedFor(desk, 'ann', 7);
    await desk.endAll();
    expect([desk.begun.length, desk.refused.length]).toEqual([4, 3]);
  });

  it('has a place for whoever comes to a full one: the last of whoever has most', async () => {
    const desk = new Desk(new FairLine(5));
    askedFor(desk, 'ann', 5);
    askedFor(desk, 'bob', 3);
    await desk.endAll();
    expect(desk.begun).toEqual(['ann', 'ann', 'bob', 'ann', 'bob']);
    expect(desk.refused.sort()).toEqual(['ann', 'ann', 'bob']);
  });

  it('goes on after work that fails', async () => {
    const line = new FairLine(2);
    await expect(line.run('ann', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await line.run('ann', () => Promise.resolve(1))).toBe(1);
  });

  it('is never fuller than it may be, answers all, and serves nobody three more than one who was refused', async () => {
    const asks = fc.array(fc.constantFrom('ann', 'bob', 'eve', 'sue'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 1, max: 12 }), async (who, places) => {
        const desk = new Desk(new FairLine(places));
        for (const one of who) desk.ask(one);
        await desk.endAll();
        expect(desk.begun.length).toBe(Math.min(places, who.length));
        expect(desk.begun.length + desk.refused.length).toBe(who.length);
        const served = (one: string): number => desk.begun.filter((name) => name === one).length;
        // the one that is under way keeps its place, whoever comes
        for (const one of desk.refused)
          for (const other of who) expect(served(other) - served(one)).toBeLessThanOrEqual(2);
      }),
      { numRuns: 100 },
    );
  });
});
