import { describe, expect, it } from '@jest/globals';

import type { ClientLimits } from '#contracts/access.js';

import { DayCounts, type Share } from './day-counts.js';
import { UploadLimits } from './upload-limits.js';

const NOON = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;
const BODY_MS_MAX = 60_000;
const NONE = { uploadsPerMinute: null, assetsPerDay: null };

/** Limits over rows that the test writes, on a clock that it moves. */
class Scene {
  nowMs = NOON;
  /** When the ids of the rows of all services were made. */
  readonly rows: number[] = [];
  readonly looked: { from: string; settledBelow: string }[] = [];
  late = false;
  /** Images in batches. */
  waiting = 0;
  /** Images inferred: by other services, and by this one. */
  inferred = { there: 0, here: 0 };
  readonly limits: UploadLimits;

  constructor() {
    const countAssets = (_: string, from: string, settledBelow: string) => {
      this.looked.push({ from, settledBelow });
      if (this.late) return Promise.reject(new Error('late'));
      const ids = this.rows.map((ms) => idOf(ms)).filter((id) => id >= from);
      const settled = ids.filter((id) => id < settledBelow).length;
      return Promise.resolve({ all: ids.length, settled, waiting: this.waiting, inferred: this.inferred.there });
    };
    const own = { instance: 'this', of: () => this.inferred.here };
    const counts = new DayCounts({ countAssets }, own, BODY_MS_MAX);
    const now = (): number => this.nowMs;
    this.limits = new UploadLimits(counts, now, now);
  }

  /** An upload comes and stays under way. */
  async take(limits: Partial<ClientLimits>): Promise<string> {
    const allowance = await this.limits.take('shop', { ...NONE, ...limits });
    return allowance.kind === 'allowed' ? 'allowed' : allowance.why;
  }

  /** An upload comes and is let in. @returns its end */
  async begin(assetsPerDay: number): Promise<Share> {
    const allowance = await this.limits.take('shop', { ...NONE, assetsPerDay });
    if (allowance.kind === 'refused') throw new Error(`refused: ${allowance.why}`);
    return allowance.share;
  }

  /** Lets `count` in, whose rows are there at once. */
  async send(count: number, assetsPerDay: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const end = await this.begin(assetsPerDay);
      this.rows.push(this.nowMs);
      end(true);
    }
  }

  /** Time for another count. */
  async recount(assetsPerDay: number): Promise<void> {
    this.nowMs += 3_000;
    await this.take({ assetsPerDay });
    await settled();
  }
}

const idOf = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-9000-000000000000`;
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a client without limits', () => {
  it('is let in, told nothing, and not counted', async () => {
    const scene = new Scene();
    expect(await scene.limits.take('shop', NONE)).toEqual({ kind: 'allowed', states: [], share: expect.any(Function) });
    expect(scene.looked).toEqual([]);
  });
});

describe('uploads a minute', () => {
  it('are told with what is left, and refused with when to come again', async () => {
    const scene = new Scene();
    const limits = { ...NONE, uploadsPerMinute: 2 };
    const state = { name: 'uploads', quota: 2, windowSeconds: 60 };
    expect(await scene.limits.take('shop', limits)).toMatchObject({
      kind: 'allowed',
      states: [{ ...state, remaining: 1, resetSeconds: 30 }],
    });
    await scene.take(limits);
    scene.nowMs += 10_000;
    const [remaining, resetSeconds] = [0, 50];
    expect(await scene.limits.take('shop', limits)).toEqual({
      kind: 'refused',
      why: 'rate-limited',
      retryAfterMs: 20_000,
      states: [{ ...state, remaining, resetSeconds }],
    });
    expect(await scene.limits.take('another', limits)).toMatchObject({ kind: 'allowed' });
  });

  it('are owed where a request brings more images than there are', async () => {
    const scene = new Scene();
    const limits = { ...NONE, uploadsPerMinute: 2 };
    expect(await scene.take(limits)).toBe('allowed');
    const more = await scene.limits.takeMore('shop', limits, 3);
    expect(more).toMatchObject({ kind: 'allowed', states: [{ remaining: 0, resetSeconds: 120 }] });
    expect(await scene.limits.take('shop', limits)).toMatchObject({ why: 'rate-limited', retryAfterMs: 90_000 });
    scene.nowMs += 90_000;
    expect(await scene.take(limits)).toBe('allowed');
  });

  it('of an upload that the day refuses are not spent', async () => {
    const scene = new Scene();
    scene.rows.push(NOON);
    expect(await scene.take({ uploadsPerMinute: 1, assetsPerDay: 1 })).toBe('quota-exceeded');
    expect(await scene.take({ uploadsPerMinute: 1 })).toBe('allowed');
  });
});

describe('assets a day', () => {
  it('are those of all services, and refused until midnight', async () => {
    const scene = new Scene();
    scene.rows.push(NOON - DAY_MS, NOON - 5_000, NOON - 4_000);
    await scene.send(3, 5);
    const refused = { kind: 'refused', why: 'quota-exceeded' };
    const state = { name: 'assets', quota: 5, windowSeconds: 86_400, remaining: 0 };
    // the last three are not counted yet: the next count knows
    expect(await scene.limits.take('shop', { ...NONE, assetsPerDay: 5 })).toEqual({
      ...{ ...refused, retryAfterMs: 3_000, states: [{ ...state, resetSeconds: 43_200 }] },
    });
    await scene.recount(5);
    expect(await scene.limits.take('shop', { ...NONE, assetsPerDay: 5 })).toEqual({
      ...{ ...refused, retryAfterMs: DAY_MS / 2 - 3_000, states: [{ ...state, resetSeconds: 43_197 }] },
    });
    scene.nowMs += DAY_MS / 2;
    expect(await scene.take({ assetsPerDay: 5 })).toBe('allowed');
  });

  it('are no more than the quota where many come before the first count', async () => {
    const scene = new Scene();
    scene.rows.push(NOON - 5_000);
    const all = await Promise.all(Array.from({ length: 50 }, () => scene.take({ assetsPerDay: 5 })));
    expect(all.filter((outcome) => outcome === 'allowed')).toHaveLength(4);
    expect(scene.looked).toHaveLength(1);
  });

  it('are taken by the images of batches, too, until they have come to nothing', async () => {
    const scene = new Scene();
    scene.rows.push(NOON - 5_000);
    scene.waiting = 3;
    await scene.send(1, 5);
    expect(await scene.take({ assetsPerDay: 5 })).toBe('quota-exceeded');
    scene.waiting = 0;
    await scene.recount(5);
    await scene.send(2, 5);
  });

  it('are counted anew every three seconds, and each row is counted once', async () => {
    const scene = new Scene();
    await scene.send(2, 1_000);
    expect(scene.looked).toHaveLength(1);
    for (let look = 0; look < 100; look += 1) {
      scene.nowMs += 3_000;
      await scene.send(1, 1_000);
      await settled();
    }
    // what another service accepted meanwhile
    scene.rows.push(scene.nowMs, scene.nowMs);
    const end = await scene.begin(1_000);
    scene.nowMs += 3_000;
    end(true);
    await scene.begin(1_000);
    await settled();
    const { states } = await scene.limits.take('shop', { ...NONE, assetsPerDay: 1_000 });
    // of those that were let in last the rows never came: what has ended is forgotten by the count after it
    expect(states).toMatchObject([{ remaining: 1_000 - 104 - 2 }]);
    // old rows are not looked at again
    expect(scene.looked.at(-1)?.from).toBe(firstAt(scene.nowMs - 3_000 - BODY_MS_MAX - 60_000));
  });

  it('are all counted anew where the clock has gone back', async () => {
    const scene = new Scene();
    await scene.send(2, 5);
    scene.nowMs -= DAY_MS / 24;
    // by other services, meanwhile
    scene.rows.push(scene.nowMs, scene.nowMs);
    await scene.send(1, 5);
    expect(await scene.take({ assetsPerDay: 5 })).toBe('quota-exceeded');
    expect(scene.looked.map(({ from }) => from)).toEqual([firstAt(NOON - DAY_MS / 2), firstAt(NOON - DAY_MS / 2)]);
  });

  it('are taken by what is still arriving, however long that takes and however often is counted', async () => {
    const scene = new Scene();
    const ends = [await scene.begin(2), await scene.begin(2)];
    for (let look = 0; look < 5; look += 1) {
      await scene.recount(2);
      expect(await scene.limits.take('shop', { ...NONE, assetsPerDay: 2 })).toMatchObject({
        kind: 'refused',
        retryAfterMs: 3_000,
      });
    }
    // nothing came of it
    ends[0]?.(false);
    const another = await scene.begin(2);
    ends[1]?.(true);
    another(true);
    scene.rows.push(scene.nowMs, scene.nowMs);
    await scene.recount(2);
    expect(await scene.limits.take('shop', { ...NONE, assetsPerDay: 2 })).toMatchObject({
      retryAfterMs: expect.any(Number),
      states: [{ remaining: 0 }],
    });
    expect(await scene.take({ assetsPerDay: 3 })).toBe('allowed');
  });

  it('are images that were inferred, too, here and elsewhere; of a request all or none', async () => {
    const scene = new Scene();
    scene.inferred = { there: 4, here: 2 };
    const limits = { ...NONE, assetsPerDay: 10 };
    await scene.send(1, 10);
    expect(await scene.limits.takeMore('shop', limits, 4)).toMatchObject({ kind: 'refused', why: 'quota-exceeded' });
    const more = await scene.limits.takeMore('shop', limits, 3);
    expect(more).toMatchObject({ kind: 'allowed', states: [{ remaining: 0 }] });
    expect(await scene.take(limits)).toBe('quota-exceeded');
    if (more.kind === 'allowed') more.share(false);
    scene.inferred.here += 3;
    expect(await scene.take(limits)).toBe('quota-exceeded');
    expect(await scene.take({ assetsPerDay: 11 })).toBe('allowed');
  });

  it('go on by the last count while the database is late, and not without one', async () => {
    const scene = new Scene();
    scene.late = true;
    await expect(scene.take({ assetsPerDay: 5 })).rejects.toThrow('late');
    scene.late = false;
    await scene.send(4, 5);
    scene.late = true;
    scene.nowMs += 10_000;
    expect(await scene.take({ assetsPerDay: 5 })).toBe('allowed');
    await settled();
    expect(await scene.take({ assetsPerDay: 5 })).toBe('quota-exceeded');
  });
});

const firstAt = (ms: number): string => idOf(ms).replace('-7abc-9000-', '-7000-8000-');
