import { describe, expect, it } from '@jest/globals';

import type { Tally } from '#moderation/overview/cells.js';
import { OVERVIEW_WINDOWS, spanOf } from '#moderation/overview/windows.js';
import { DatabaseLate } from '#persistence/errors.js';

import { KeptSteps } from './kept-steps.js';

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 5, 1, 12);

/** Counts one upload in each step that it is asked for; in each of its minutes, where `isByTheMinute`. */
class Source {
  asked: number[] = [];
  most = 0;
  fault: Error | undefined;
  uploads = 1;
  isByTheMinute = false;
  /** The database is late for more at once. */
  stretchMsMax = Infinity;
  late = 0;
  /** It is away once it was asked so often. */
  askedMax = Infinity;

  /** When decisions were that were taken back since. */
  takenBack: number[] = [];
  since: number[] = [];

  readonly undone = (sinceMs: number): Promise<number[]> => {
    this.since.push(sinceMs);
    return Promise.resolve(this.takenBack);
  };

  readonly fill = (tallies: ReadonlyMap<number, Tally>, stepMs: number): Promise<void> => {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    if (tallies.size * stepMs > this.stretchMsMax || this.asked.length >= this.askedMax) {
      this.late += 1;
      return Promise.reject(new DatabaseLate('late'));
    }
    this.asked.push(...tallies.keys());
    this.most = Math.max(this.most, tallies.size);
    const uploads = this.isByTheMinute ? stepMs / MINUTE_MS : this.uploads;
    for (const tally of tallies.values()) tally.add('upload', 'normal', uploads);
    return Promise.resolve();
  };
}

describe('the steps of a window', () => {
  it('are counted once when they are long past, and anew until then', async () => {
    const source = new Source();
    const steps = new KeptSteps(source.fill, source.undone);
    const first = await steps.read(spanOf('1h', NOON));
    expect(first.map((tally) => tally.count('upload'))).toEqual(Array(60).fill(1));
    expect(source.asked.length).toBe(60);
    source.asked = [];
    await steps.read(spanOf('1h', NOON + 1_000));
    expect(source.asked).toEqual([NOON - 2 * MINUTE_MS, NOON - MINUTE_MS, NOON]);
    source.asked = [];
    await steps.read(spanOf('1h', NOON + MINUTE_MS));
    expect(source.asked).toEqual([NOON - 2 * MINUTE_MS, NOON - MINUTE_MS, NOON, NOON + MINUTE_MS]);
  });

  it('are counted anew where a decision of then was taken back, those alone', async () => {
    const source = new Source();
    const steps = new KeptSteps(source.fill, source.undone);
    await steps.read(spanOf('1h', NOON));
    Object.assign(source, { asked: [], uploads: 5, takenBack: [NOON - 30 * MINUTE_MS + 7, NOON - 9 * 60 * MINUTE_MS] });
    const told = await steps.read(spanOf('1h', NOON + 1_000));
    const anew = [NOON - 30 * MINUTE_MS, NOON - 2 * MINUTE_MS, NOON - MINUTE_MS, NOON];
    expect(source.asked).toEqual(anew);
    expect(told.map((tally) => tally.count('upload'))).toEqual([
      ...Array<number>(29).fill(1),
      5,
      ...Array<number>(27).fill(1),
      5,
      5,
      5,
    ]);
    expect(source.since).toEqual([NOON - 2 * MINUTE_MS]);
  });

  it('are asked for a few hours at once', async () => {
    const source = new Source();
    await new KeptSteps(source.fill, source.undone).read(spanOf('7d', NOON));
    expect([source.asked.length, source.most]).toEqual([168, 4]);
  });

  it('are counted again after a fault', async () => {
    const source = new Source();
    const steps = new KeptSteps(source.fill, source.undone);
    source.fault = new Error('late');
    await expect(steps.read(spanOf('15m', NOON))).rejects.toThrow('late');
    source.fault = undefined;
    expect((await steps.read(spanOf('15m', NOON))).length).toBe(15);
  });

  it.each(OVERVIEW_WINDOWS.flatMap((window) => [15, 1].map((minutes) => [window, minutes] as const)))(
    'of %s are all told where the database is late for more than %d minutes',
    async (window, minutes) => {
      const source = new Source();
      Object.assign(source, { isByTheMinute: true, stretchMsMax: minutes * MINUTE_MS });
      const span = spanOf(window, NOON);
      const steps = new KeptSteps(source.fill, source.undone);
      const told = await steps.read(span);
      expect(told.map((tally) => tally.count('upload'))).toEqual(Array(span.steps).fill(span.stepMs / MINUTE_MS));
      const again = await steps.read(span);
      expect(again.map((tally) => tally.count('upload'))).toEqual(told.map((tally) => tally.count('upload')));
      expect(source.late).toBeLessThanOrEqual(6);
    },
  );

  it('that were counted before the database was away are not counted again, and the one that it broke off is', async () => {
    const source = new Source();
    Object.assign(source, { isByTheMinute: true, stretchMsMax: MINUTE_MS, askedMax: 90 });
    const steps = new KeptSteps(source.fill, source.undone);
    const span = spanOf('7d', NOON);
    await expect(steps.read(span)).rejects.toThrow(DatabaseLate);
    Object.assign(source, { asked: [], askedMax: Infinity });
    const told = await steps.read(span);
    expect(source.asked[0]).toBe(span.fromMs + 60 * MINUTE_MS);
    expect(told.map((tally) => tally.count('upload'))).toEqual(Array(168).fill(60));
    source.asked = [];
    await steps.read(span);
    expect([source.asked.length, source.asked[0]]).toEqual([25 * 60, NOON - 24 * 60 * MINUTE_MS]);
  });

  it('get what comes after the database was away', async () => {
    const source = new Source();
    source.uploads = 0;
    const steps = new KeptSteps(source.fill, source.undone);
    const total = async (atMs: number): Promise<number> =>
      (await steps.read(spanOf('15m', atMs))).reduce((sum, tally) => sum + tally.count('upload'), 0);
    source.fault = new DatabaseLate('away');
    await expect(total(NOON)).rejects.toThrow('away');
    source.fault = undefined;
    expect(await total(NOON + 5_000)).toBe(0);
    source.uploads = 1;
    expect(await total(NOON + 15_000)).toBe(15);
    await total(NOON + 2 * MINUTE_MS);
    source.asked = [];
    await total(NOON + 2 * MINUTE_MS + 1_000);
    expect(source.asked.length).toBe(3);
  });
});
