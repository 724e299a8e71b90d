import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { SCHEDULE_MODES, type Schedule, type Schedules } from '#moderation/capacity/batch-schedule.js';
import type { TrafficClass } from '#moderation/words.js';

import { HeavyEar } from './heavy-ear.js';

type Run = (assetIds: readonly string[]) => Promise<ReadonlyMap<string, Error>>;

const NOTHING_FAILED: ReadonlyMap<string, Error> = new Map();
const WAIT_MS = 100;
const DUE_MS = 30_000;
const CLASS_OF: Readonly<Record<string, TrafficClass>> = { u: 'urgent', b: 'bulk' };

interface Scene {
  readonly schedule?: Partial<Schedule>;
  readonly run?: Run;
  readonly batchesMax?: number;
  /** Milliseconds that are left, by asset. */
  readonly leftMs?: Readonly<Record<string, number>>;
  /** Milliseconds until it is rung for again, by asset. */
  readonly dueInMs?: Readonly<Record<string, number>>;
  readonly find?: () => Promise<never>;
}

const everywhere = (schedule: Schedule): Schedules => ({ urgent: schedule, normal: schedule, bulk: schedule });
const hybrid = (schedule: Partial<Schedule> = {}): Schedule => ({
  mode: 'hybrid',
  sizeMax: 2,
  waitMs: WAIT_MS,
  ...schedule,
});

/** An ear whose batches are written down, and end as `run` says. An asset b… is bulk, u… urgent, h… hurried, gone… unknown. */
function hearing(scene: Scene = {}) {
  const { schedule, run = () => Promise.resolve(NOTHING_FAILED), batchesMax = 9, leftMs, dueInMs, find } = scene;
  const batches: string[] = [];
  const reasons: string[] = [];
  const faults: unknown[] = [];
  const noted: number[] = [];
  const putOff: [readonly string[], number][] = [];
  const forward = new Set<string>();
  const parts = {
    labelBatch: {
      run: (assetIds: readonly string[]) => {
        batches.push(assetIds.join(''));
        return run(assetIds);
      },
    },
    deadlines: {
      find: (assetIds: readonly string[]) => {
        const known = assetIds.filter((assetId) => !assetId.startsWith('gone'));
        const deadline = (assetId: string) => ({
          assetId,
          trafficClass: CLASS_OF[assetId[0] ?? ''] ?? ('normal' as const),
          leftMs: leftMs?.[assetId] ?? Infinity,
          dueInMs: dueInMs?.[assetId] ?? DUE_MS,
          hurried: assetId.startsWith('h') || forward.has(assetId),
        });
        return find?.() ?? Promise.resolve(new Map(known.map((assetId) => [assetId, deadline(assetId)])));
      },
    },
    pending: {
      putOff: (assetIds: readonly string[], againMs: number) => {
        putOff.push([assetIds, againMs]);
        return Promise.resolve();
      },
    },
    dueMs: DUE_MS,
    pace: {
      note: (count: number) => noted.push(count),
      service: () => ({ times: [{ batch: 1, ms: 20 }], startupMs: 0 }),
    },
    metrics: { dispatched: (of: string, reason: string) => reasons.push(`${of} ${reason}`) },
    log: { warn: (fault: unknown) => faults.push(fault) },
    batchesMax,
  };
  const ear = new HeavyEar(parts, everywhere(hybrid(schedule)));
  const hear = (...assetIds: string[]) => assetIds.map((assetId) => ear.hear({ assetId }));
  /** Hears, and lets the deadlines be read. */
  const heard = async (...assetIds: string[]): Promise<void> => {
    void hear(...assetIds);
    await jest.advanceTimersByTimeAsync(0);
  };
  return { ear, batches, reasons, faults, noted, putOff, forward, hear, heard };
}

/** How each promise ended, in order: 'done' or the error in words. */
async function endings(promises: readonly Promise<void>[]): Promise<string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason)));
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the bells', () => {
  it('go in batches, full or by the time', async () => {
    const { batches, reasons, noted, hear } = hearing();
    const heard = hear('a', 'c', 'd');
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['ac']);
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    expect(batches).toEqual(['ac', 'd']);
    expect(await endings(heard)).toEqual(['done', 'done', 'done']);
    expect([reasons, noted]).toEqual([
      ['normal full', 'normal timer'],
      [2, 1],
    ]);
  });

  it('do not wait for the batch before', async () => {
    const { batches, heard } = hearing({ schedule: { sizeMax: 1 }, run: () => new Promise(() => undefined) });
    await heard('a', 'c');
    expect(batches).toEqual(['a', 'c']);
  });

  it('of one turn go together where nobody waits for company', async () => {
    const { batches, hear } = hearing({ schedule: { sizeMax: 9, waitMs: 0 } });
    void hear('a', 'c');
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual(['ac']);
  });

  it('of each class keep to themselves', async () => {
    const { batches, heard } = hearing();
    await heard('u1', 'b1', 'n1', 'b2', 'u2');
    expect(batches).toEqual(['b1b2', 'u1u2']);
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    expect(batches[2]).toBe('n1');
  });

  it('of an asset that lacks nothing end at once', async () => {
    const { ear, batches, hear } = hearing();
    expect(await endings(hear('gone'))).toEqual(['done']);
    expect([batches, ear.busy()]).toEqual([[], false]);
  });

  it('are rung again when their deadlines cannot be read', async () => {
    const { ear, hear } = hearing({ find: () => Promise.reject(new Error('late')) });
    expect(await endings(hear('a', 'c'))).toEqual(['Error: late', 'Error: late']);
    expect(ear.busy()).toBe(false);
  });

  it('of a near deadline do not wait, and its batch is the first', async () => {
    const leftMs = { a: 5_000, c: 60 };
    const { batches, reasons, heard } = hearing({ schedule: { sizeMax: 9, waitMs: 1_000 }, leftMs });
    await heard('a', 'c');
    // two take 40 ms
    await jest.advanceTimersByTimeAsync(19);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect([batches, reasons]).toEqual([['ca'], ['normal deadline']]);
  });

  it('of what was brought forward wait for no company, in any mode', async () => {
    const { batches, heard } = hearing({ schedule: { mode: 'size', sizeMax: 9 } });
    await heard('a');
    expect(batches).toEqual([]);
    await heard('h', 'c');
    expect(batches).toEqual(['ah']);
  });

  it('that wait go when no more will come, and so do those whose deadline is being read', async () => {
    const { ear, batches, hear, heard } = hearing({ schedule: { sizeMax: 9 } });
    await heard('a');
    void hear('c');
    ear.drain();
    expect(batches).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['a', 'c']);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('any arrivals under any schedule', () => {
  it('are labelled once each, in batches that are not too large, and in time where there is room', async () => {
    const schedules = fc.record({
      mode: fc.constantFrom(...SCHEDULE_MODES),
      sizeMax: fc.integer({ min: 1, max: 5 }),
      waitMs: fc.integer({ min: 1, max: 200 }),
    });
    const gaps = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 25 });
    const runMs = fc.integer({ min: 0, max: 100 });
    await fc.assert(
      fc.asyncProperty(
        schedules,
        gaps,
        runMs,
        fc.integer({ min: 1, max: 3 }),
        async (schedule, all, ms, batchesMax) => {
          let running = 0;
          const labelled: string[][] = [];
          const run: Run = async (assetIds) => {
            running += 1;
            expect(running).toBeLessThanOrEqual(batchesMax);
            labelled.push([...assetIds]);
            await new Promise((resolve) => setTimeout(resolve, ms));
            running -= 1;
            return NOTHING_FAILED;
          };
          const { ear, heard, noted } = hearing({ schedule, run, batchesMax });
          for (const [index, gapMs] of all.entries()) {
            await jest.advanceTimersByTimeAsync(gapMs);
            await heard(`n${index}`);
          }
          // every batch in front of it, and its own time
          await jest.advanceTimersByTimeAsync(schedule.waitMs + all.length * (ms + 1));
          if (schedule.mode === 'size') {
            expect(labelled.flat()).toHaveLength(all.length - (all.length % schedule.sizeMax));
            ear.drain();
          }
          await jest.advanceTimersByTimeAsync(ms + 1);
          expect(labelled.flat().sort()).toEqual(all.map((_, index) => `n${index}`).sort());
          expect(Math.max(...noted)).toBeLessThanOrEqual(schedule.sizeMax);
          expect([noted.length, jest.getTimerCount()]).toEqual([labelled.length, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the room for batches', () => {
  it('bounds them; the most urgent go first, and the others grow meanwhile', async () => {
    const finish: (() => void)[] = [];
    const run: Run = () => new Promise((resolve) => finish.push(() => resolve(NOTHING_FAILED)));
    const { batches, heard } = hearing({ run, batchesMax: 1, schedule: { sizeMax: 3 } });
    await heard('b1', 'b2', 'b3', 'b4');
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    await heard('b5', 'n1', 'u1');
    expect(batches).toEqual(['b1b2b3']);
    for (let ended = 0; ended < 4; ended += 1) {
      await jest.advanceTimersByTimeAsync(WAIT_MS);
      finish.shift()?.();
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['b1b2b3', 'u1', 'n1', 'b4b5']);
  });
});

describe('a schedule that changes', () => {
  it('holds for what comes; what waits goes at once', async () => {
    const { ear, batches, heard } = hearing({ schedule: { mode: 'size', sizeMax: 3 } });
    expect(ear.bellsMax).toBe(9 + 8 * 3);
    await heard('a', 'c');
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(batches).toEqual([]);
    ear.follow(everywhere({ mode: 'time', sizeMax: 2, waitMs: 500 }));
    expect(ear.bellsMax).toBe(3 * 8 + 8 * 2);
    await heard('d', 'e', 'f');
    expect(batches).toEqual(['ac']);
    await jest.advanceTimersByTimeAsync(500);
    expect(batches).toEqual(['ac', 'de', 'f']);
  });
});

describe('the outcome of a batch', () => {
  it.each<[string, Run, string[]]>([
    ['all well', () => Promise.resolve(NOTHING_FAILED), ['done', 'done', 'done']],
    ['one failed', () => Promise.resolve(new Map([['c', new Error('poison')]])), ['done', 'Error: poison', 'done']],
    ['an unknown one failed', () => Promise.resolve(new Map([['z', new Error('who?')]])), ['done', 'done', 'done']],
    ['the whole failed', () => Promise.reject(new Error('late')), ['Error: late', 'Error: late', 'Error: late']],
    [
      'the whole threw',
      () => {
        throw new Error('defect');
      },
      ['Error: defect', 'Error: defect', 'Error: defect'],
    ],
  ])('%s: each bell hears of its own asset', async (_case, run, expected) => {
    expect(await endings(hearing({ schedule: { sizeMax: 3 }, run }).hear('a', 'c', 'd'))).toEqual(expected);
  });

  it('of a failed one is not the outcome of the next, nor a time to go by', async () => {
    const outcomes = [Promise.reject(new Error('late')), Promise.resolve(NOTHING_FAILED)];
    const run: Run = () => outcomes.shift() ?? Promise.resolve(NOTHING_FAILED);
    const { noted, hear } = hearing({ schedule: { sizeMax: 1 }, run });
    expect(await endings(hear('a', 'c'))).toEqual(['Error: late', 'done']);
    expect(noted).toEqual([1]);
  });
});

describe('what it tells', () => {
  it('is how many bells it heard, and whether a batch is in hand', async () => {
    let finish: (failures: ReadonlyMap<string, Error>) => void = () => undefined;
    const { ear, hear } = hearing({ run: () => new Promise((resolve) => (finish = resolve)) });
    expect([ear.heard(), ear.busy()]).toEqual([0, false]);
    const heard = hear('a');
    await jest.advanceTimersByTimeAsync(WAIT_MS - 1);
    expect([ear.heard(), ear.busy()]).toEqual([1, false]);
    heard.push(...hear('c'));
    await jest.advanceTimersByTimeAsync(10_000);
    expect([ear.heard(), ear.busy()]).toEqual([2, true]);
    finish(new Map([['c', new Error('poison')]]));
    expect(await endings(heard)).toEqual(['done', 'Error: poison']);
    expect([ear.heard(), ear.busy()]).toEqual([2, false]);
  });

  it("is the queue's faults, to the log", () => {
    const { ear, faults } = hearing();
    const err = new Error('cut');
    ear.fault(err);
    expect(faults).toEqual([{ err }]);
  });
});

describe('an asset in the ear', () => {
  it('is there once: whoever rings besides is told at once that nothing is left to do', async () => {
    const { ear, batches, hear } = hearing({ schedule: { mode: 'size', sizeMax: 3 } });
    const first = hear('a');
    expect(await endings(hear('a', 'a'))).toEqual(['done', 'done']);
    const second = hear('c');
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    // a repetition fills no place of a batch that waits for three
    expect(batches).toEqual([]);
    const third = hear('d');
    expect(await endings([...first, ...second, ...third])).toEqual(['done', 'done', 'done']);
    expect([batches, ear.heard()]).toEqual([['acd'], 5]);
  });

  it('is no more there when its batch is done with it, well or not', async () => {
    const failed = new Map([['a', new Error('not today')]]);
    const { batches, hear } = hearing({ schedule: { sizeMax: 1 }, run: () => Promise.resolve(failed) });
    expect(await endings(hear('a'))).toEqual(['Error: not today']);
    expect(await endings(hear('a'))).toEqual(['Error: not today']);
    expect(batches).toEqual(['a', 'a']);
  });

  it('goes without company when a repetition says that it was brought forward', async () => {
    const { batches, forward, heard } = hearing({ schedule: { mode: 'size', sizeMax: 9 } });
    await heard('a', 'c');
    forward.add('a');
    expect(batches).toEqual([]);
    await heard('a');
    expect(batches).toEqual(['ac']);
  });

  it('may be rung for at once when its worker leaves without it, and is put off no more', async () => {
    const { ear, putOff, hear } = hearing({
      schedule: { sizeMax: 1 },
      batchesMax: 1,
      run: () => new Promise(() => undefined),
    });
    void hear('a', 'c');
    await jest.advanceTimersByTimeAsync(0);
    ear.drain();
    await ear.putOff();
    expect(putOff).toEqual([]);
    await ear.release();
    expect(putOff).toEqual([[['a', 'c'], 0]]);
  });

  it('is not rung for again: what soon would be when it is heard, and all of it again and again', async () => {
    const dueInMs = { a: -90_000, c: DUE_MS / 2 - 1, d: DUE_MS / 2 };
    const { ear, putOff, heard } = hearing({ schedule: { mode: 'size', sizeMax: 9 }, dueInMs });
    expect(await ear.putOff()).toBe(DUE_MS / 3);
    await heard('a', 'c', 'd');
    expect(putOff).toEqual([[['a', 'c'], DUE_MS]]);
    expect(await ear.putOff()).toBe(DUE_MS / 3);
    expect(putOff.slice(1)).toEqual([[['a', 'c', 'd'], DUE_MS]]);
  });
});
