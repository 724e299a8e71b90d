import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { OperationalError } from '#contracts/errors.js';
import { SCHEDULE_MODES, type Schedule, type Schedules } from '#moderation/capacity/batch-schedule.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import type { LeasedAsset, Waiting } from '#persistence/pending-final-store.js';

import { HeavyPull } from './heavy-pull.js';

const WAIT_MS = 100;
const LOOK_MS = 1_000;
const LEASE_MS = 8_000;

/** An asset b… is bulk, u… urgent, all others normal; x… was tried before, h… is hurried. */
interface Row {
  readonly id: string;
  readonly of: TrafficClass;
  readonly atMs: number;
  readonly finalByMs: number;
}

type Run = (ids: readonly string[]) => Promise<void>;

interface Scene {
  readonly schedule?: Partial<Schedule>;
  readonly run?: Run;
  readonly batchesMax?: number;
}

const CLASS_OF: Readonly<Record<string, TrafficClass>> = { u: 'urgent', b: 'bulk' };
const everywhere = (schedule: Schedule): Schedules => ({ urgent: schedule, normal: schedule, bulk: schedule });
const isTried = ({ id }: Row): boolean => id.startsWith('x');
const isHurried = ({ id }: Row): boolean => id.startsWith('h');

/** What waits, and a worker that leases from it. */
class Table {
  private rows: Row[] = [];
  looks = 0;
  fault: Error | undefined;
  /** Classes whose rows another worker has locked. */
  held: readonly TrafficClass[] = [];

  add(ids: readonly string[], leftMs = Infinity): void {
    const nowMs = performance.now();
    this.rows.push(
      ...ids.map((id) => ({
        ...{ id, of: CLASS_OF[id[0] ?? ''] ?? ('normal' as const) },
        ...{ atMs: nowMs, finalByMs: nowMs + leftMs },
      })),
    );
  }

  get left(): number {
    return this.rows.length;
  }

  waiting(most: Readonly<Record<TrafficClass, number>>): Promise<Waiting[]> {
    this.looks += 1;
    if (this.fault !== undefined) return Promise.reject(this.fault);
    const nowMs = performance.now();
    return Promise.resolve(
      TRAFFIC_CLASSES.map((trafficClass) => {
        const own = this.rows.filter(({ of }) => of === trafficClass);
        const fresh = own.filter((row) => !isTried(row)).slice(0, most[trafficClass]);
        return {
          trafficClass,
          count: fresh.length,
          oldestMs: fresh.length === 0 ? 0 : nowMs - Math.min(...fresh.map(({ atMs }) => atMs)),
          leftMs: Math.min(...fresh.map(({ finalByMs }) => finalByMs)) - nowMs,
          hurried: fresh.some(isHurried),
          tried: own.some(isTried),
        };
      }),
    );
  }

  leaseFresh(of: TrafficClass, most: number): Promise<LeasedAsset[]> {
    const own = this.rows.filter((row) => row.of === of && !isTried(row));
    return this.lease([...own.filter(isHurried), ...own.filter((row) => !isHurried(row))].slice(0, most));
  }

  leaseTried(of: TrafficClass): Promise<LeasedAsset[]> {
    return this.lease(this.rows.filter((row) => row.of === of && isTried(row)).slice(0, 1));
  }

  private lease(wanted: readonly Row[]): Promise<LeasedAsset[]> {
    const taken = wanted.filter(({ of }) => !this.held.includes(of));
    this.rows = this.rows.filter((row) => !taken.includes(row));
    return Promise.resolve(
      taken.map(({ id }) => ({ assetId: id, clientId: '', attempts: 1, sha256: '', perceptual: null })),
    );
  }
}

/** A worker whose batches are written down, and end as `run` says. */
function pulling({ schedule, run = () => Promise.resolve(), batchesMax = 9 }: Scene = {}) {
  const table = new Table();
  const batches: string[] = [];
  const reasons: string[] = [];
  const noted: number[] = [];
  const warned: string[] = [];
  const tier = { isReady: true };
  const pull = new HeavyPull(
    {
      labelBatch: {
        run: (leased) => {
          const ids = leased.map(({ assetId }) => assetId);
          batches.push(ids.join(''));
          return run(ids);
        },
        handBackOwed: () => Promise.resolve(),
      },
      pending: table,
      pace: {
        note: (count: number) => noted.push(count),
        service: () => ({ times: [{ batch: 1, ms: 20 }], startupMs: 0 }),
      },
      metrics: { dispatched: (of: string, reason: string) => reasons.push(`${of} ${reason}`) },
      log: { warn: (_facts: unknown, words?: string) => warned.push(words ?? '') },
      isReady: () => tier.isReady,
      leaseMs: LEASE_MS,
      batchesMax,
      lookMs: LOOK_MS,
    },
    everywhere({ mode: 'hybrid', sizeMax: 2, waitMs: WAIT_MS, ...schedule }),
  );
  pull.start();
  /** Something waits from now on, and the worker is told. */
  const come = async (...ids: string[]): Promise<void> => {
    table.add(ids);
    pull.wake();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { pull, table, tier, batches, reasons, noted, warned, come };
}

const forever: Run = () => new Promise(() => undefined);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.clearAllTimers();
  jest.useRealTimers();
});

describe('what waits', () => {
  it('goes in batches, full or by the time', async () => {
    const { batches, reasons, noted, come } = pulling();
    await come('a', 'c', 'd');
    expect(batches).toEqual(['ac']);
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    expect(batches).toEqual(['ac', 'd']);
    expect([reasons, noted]).toEqual([
      ['normal full', 'normal timer'],
      [2, 1],
    ]);
  });

  it('is found without a bell', async () => {
    const { table, batches } = pulling();
    await jest.advanceTimersByTimeAsync(0);
    table.add(['a', 'c']);
    await jest.advanceTimersByTimeAsync(LOOK_MS - 1);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual(['ac']);
  });

  it('of each class keeps to itself, the most urgent first', async () => {
    const { batches, come } = pulling();
    await come('b1', 'n1', 'b2', 'u1', 'u2');
    expect(batches).toEqual(['u1u2', 'b1b2']);
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    expect(batches[2]).toBe('n1');
  });

  it('of a class that another worker holds keeps no other class waiting', async () => {
    const { table, batches, come } = pulling();
    table.held = ['urgent', 'normal'];
    await come('u1', 'u2', 'n1', 'n2', 'x1', 'b1', 'b2', 'b3', 'b4');
    expect(batches).toEqual(['b1b2', 'b3b4']);
    const { looks } = table;
    await jest.advanceTimersByTimeAsync(LOOK_MS - 1);
    expect(table.looks).toBe(looks);
    table.held = [];
    await jest.advanceTimersByTimeAsync(1);
    expect(batches.slice(2)).toEqual(['u1u2', 'x1', 'n1n2']);
  });

  it('does not wait for company when its deadline is near', async () => {
    const { pull, table, batches, reasons } = pulling({ schedule: { sizeMax: 9, waitMs: 1_000 } });
    table.add(['a'], 5_000);
    table.add(['c'], 60);
    pull.wake();
    // two take 40 ms
    await jest.advanceTimersByTimeAsync(18);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(2);
    expect([batches, reasons]).toEqual([['ac'], ['normal deadline']]);
  });

  it('waits for no company, in any mode, when some of it was brought forward', async () => {
    const { batches, reasons, come } = pulling({ schedule: { mode: 'size', sizeMax: 9 } });
    await come('a', 'c');
    expect(batches).toEqual([]);
    await come('h');
    expect([batches, reasons]).toEqual([['hac'], ['normal drain']]);
  });

  it('goes whole by time, in more batches than one', async () => {
    const { batches, come } = pulling({ schedule: { mode: 'time', sizeMax: 2, waitMs: 500 } });
    await come('a');
    await jest.advanceTimersByTimeAsync(400);
    await come('c', 'd');
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual(['ac', 'd']);
  });

  it('goes at once when the schedule changes, and what comes then by the new one', async () => {
    const { pull, batches, come } = pulling({ schedule: { mode: 'size', sizeMax: 3 } });
    await come('a', 'c');
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(batches).toEqual([]);
    pull.follow(everywhere({ mode: 'time', sizeMax: 2, waitMs: 500 }));
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['ac']);
    await come('d');
    await jest.advanceTimersByTimeAsync(499);
    expect(batches).toEqual(['ac']);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual(['ac', 'd']);
  });
});

describe('what was tried before', () => {
  it('is looked at alone, one after the other, before what is new', async () => {
    const ended: (() => void)[] = [];
    const run: Run = () => new Promise((resolve) => ended.push(resolve));
    const { batches, reasons, come } = pulling({ run, batchesMax: 3 });
    await come('a', 'x1', 'x2', 'c');
    // alone, it has the room of two
    expect(batches).toEqual(['x1', 'ac']);
    await come('d', 'e');
    expect(batches).toHaveLength(2);
    ended[0]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect([batches, reasons[0]]).toEqual([['x1', 'ac', 'x2'], 'normal alone']);
    ended[2]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['x1', 'ac', 'x2', 'de']);
  });

  it('waits until no batch is left in the process', async () => {
    const ended: (() => void)[] = [];
    const run: Run = () => new Promise((resolve) => ended.push(resolve));
    const { batches, come } = pulling({ run, batchesMax: 2 });
    await come('a', 'c');
    await come('x1');
    expect(batches).toEqual(['ac']);
    ended[0]?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['ac', 'x1']);
  });

  it('keeps its turn for as long as it waits for room, however often somebody looks meanwhile', async () => {
    const ended: (() => void)[] = [];
    const run: Run = () => new Promise((resolve) => ended.push(resolve));
    const { batches, come } = pulling({ run, batchesMax: 4 });
    await come('a', 'c', 'd', 'e', 'f', 'g');
    await come('x1', 'h', 'i', 'j', 'k');
    for (let bells = 0; bells < 40; bells += 1) await come();
    expect(batches).toEqual(['ac', 'de', 'fg']);
    ended[0]?.();
    for (let bells = 0; bells < 40; bells += 1) await come();
    expect(batches).toEqual(['ac', 'de', 'fg', 'x1']);
  });
});

describe('the room for batches', () => {
  it('bounds them; the most urgent go first, and the others grow meanwhile', async () => {
    const ended: (() => void)[] = [];
    const run: Run = () => new Promise((resolve) => ended.push(resolve));
    const { pull, batches, come } = pulling({ run, batchesMax: 1, schedule: { sizeMax: 3 } });
    await come('b1', 'b2', 'b3', 'b4');
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    await come('b5', 'n1', 'u1');
    expect([batches, pull.busy(), pull.hasRoom()]).toEqual([['b1b2b3'], true, false]);
    for (let batch = 0; batch < 4; batch += 1) {
      await jest.advanceTimersByTimeAsync(WAIT_MS);
      ended.shift()?.();
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual(['b1b2b3', 'u1', 'n1', 'b4b5']);
    expect([pull.busy(), pull.hasRoom()]).toEqual([false, true]);
  });

  it('is none before the tier is ready: nothing is asked, nothing is leased', async () => {
    const { tier, table, batches, come } = pulling();
    tier.isReady = false;
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    const { looks } = table;
    await come('a', 'c');
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    expect([batches, table.looks]).toEqual([[], looks]);
    tier.isReady = true;
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    expect(batches).toEqual(['ac']);
  });
});

describe('a batch that is not labelled', () => {
  it('because something is away is followed by none for a second', async () => {
    const ends = [Promise.reject(new OperationalError('late'))];
    const run: Run = () => ends.shift() ?? Promise.resolve();
    const { batches, noted, warned, come } = pulling({ run, schedule: { sizeMax: 1 }, batchesMax: 1 });
    await come('a', 'c');
    expect(batches).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(999);
    expect(batches).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    expect(batches).toEqual(['a', 'c']);
    expect([noted, warned]).toEqual([[1], ['a batch was not labelled']]);
  });

  it('by a defect that ends every batch is followed by fewer and fewer', async () => {
    const { table, batches } = pulling({ run: () => Promise.reject(new TypeError('broken')), batchesMax: 1 });
    table.add(Array.from({ length: 80 }, (_, index) => `a${index} `));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(batches.length).toBeGreaterThan(4);
    expect(batches.length).toBeLessThan(9);
  });

  it('by a defect of ours keeps no other from its turn', async () => {
    const ends = [Promise.reject(new TypeError('x is undefined'))];
    const { batches, come } = pulling({ run: () => ends.shift() ?? Promise.resolve(), schedule: { sizeMax: 1 } });
    await come('a', 'c');
    expect(batches).toEqual(['a', 'c']);
  });
});

describe('a database that is away', () => {
  it('is asked again after a second', async () => {
    const { table, batches, warned, come } = pulling();
    await jest.advanceTimersByTimeAsync(0);
    table.fault = new OperationalError('late');
    await come('a', 'c');
    expect([batches, warned]).toEqual([[], ['a loop failed and tries again']]);
    table.fault = undefined;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(batches).toEqual(['ac']);
  });
});

describe('a worker that ends', () => {
  it('begins nothing more, and waits for what is in hand', async () => {
    let finish: () => void = () => undefined;
    const run: Run = () => new Promise((resolve) => (finish = resolve));
    const { pull, table, batches, come } = pulling({ run });
    await come('a', 'c');
    let ended = false;
    void pull.stop().then(() => (ended = true));
    await come('d', 'e');
    await jest.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect([batches, table.left, ended, pull.hasRoom()]).toEqual([['ac'], 2, false, false]);
    finish();
    await jest.advanceTimersByTimeAsync(0);
    expect([ended, jest.getTimerCount()]).toEqual([true, 0]);
  });
});

it('a bell wakes it, and a fault of the queue is told', async () => {
  const { pull, table, batches, warned } = pulling({ run: forever });
  await jest.advanceTimersByTimeAsync(0);
  table.add(['a', 'c']);
  pull.hear();
  await jest.advanceTimersByTimeAsync(0);
  pull.fault(new Error('cut'));
  expect([batches, warned]).toEqual([['ac'], ['the queue reports a fault']]);
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
    const most = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(schedules, gaps, runMs, most, async (schedule, all, ms, batchesMax) => {
        let running = 0;
        const labelled: string[][] = [];
        const run: Run = async (ids) => {
          running += 1;
          expect(running).toBeLessThanOrEqual(batchesMax);
          labelled.push([...ids]);
          await new Promise((resolve) => setTimeout(resolve, ms));
          running -= 1;
        };
        const { pull, come, noted } = pulling({ schedule, run, batchesMax });
        for (const [index, gapMs] of all.entries()) {
          await jest.advanceTimersByTimeAsync(gapMs);
          await come(`n${index}`);
        }
        // every batch in front of it, and its own time
        await jest.advanceTimersByTimeAsync(schedule.waitMs + all.length * (ms + 1) + 1);
        const full = all.length - (all.length % schedule.sizeMax);
        expect(labelled.flat()).toHaveLength(schedule.mode === 'size' ? full : all.length);
        expect(new Set(labelled.flat()).size).toBe(labelled.flat().length);
        expect(Math.max(0, ...noted)).toBeLessThanOrEqual(schedule.sizeMax);
        await pull.stop();
        expect([noted.length, jest.getTimerCount()]).toEqual([labelled.length, 0]);
      }),
      { numRuns: 60 },
    );
  });
});
