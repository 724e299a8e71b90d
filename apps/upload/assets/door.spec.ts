import { describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';
import type { TrafficClass } from '#moderation/words.js';

import type { Expected, Prediction } from '#inference/admission/options.js';
import { Door, type DoorOptions, tooBusy } from './door.js';

const UPLOADS_MAX = 256;
const LOOK_MS = 240;
/** As many come in whatever is predicted. */
const FEW = 8;
const ROOM: Prediction = { wouldShed: false, retryAfterMs: 0, capacityPerSecond: 100 };
const FULL: Prediction = { wouldShed: true, retryAfterMs: 41.3, capacityPerSecond: 50 };

/** An upload that is inside until the test says otherwise. */
interface Guest {
  /** Its last byte is here. */
  arrived(): void;
  /** Its work ends, well or with an error. */
  leave(error?: Error): Promise<unknown>;
}

/** A door whose tier and clock a test sets. */
class Scene {
  forecast = ROOM;
  nowMs = 1_000;
  readonly asked: { trafficClass: TrafficClass; ahead: number; deadlineMs: number | undefined }[] = [];
  readonly sheds: string[] = [];
  /** Classes of which the tier was told that one was turned away. */
  readonly missed: TrafficClass[] = [];
  /** Clients that have as many looks as they may. */
  readonly full = new Set<string>();
  private clients = 0;
  private readonly door: Door;

  constructor(ifShed: DoorOptions['ifShed'] = 'refuse') {
    const predict = ({ trafficClass }: Expected, ahead: number, deadlineMs?: number): Prediction => {
      this.asked.push({ trafficClass, ahead, deadlineMs });
      return this.forecast;
    };
    const miss = ({ trafficClass }: Expected): unknown => this.missed.push(trafficClass);
    const capacityPerSecond = (): number => this.forecast.capacityPerSecond;
    this.door = new Door({
      tier: {
        ...{ predict, miss, isFull: (clientId) => this.full.has(clientId) },
        get capacityPerSecond() {
          return capacityPerSecond();
        },
      },
      ifShed,
      lookMs: LOOK_MS,
      nowMs: () => this.nowMs,
    });
  }

  takeCostly(clientId: string): Problem | undefined {
    return this.door.takeCostly(clientId, (reason) => this.sheds.push(reason));
  }

  /** An upload of a client of its own comes, and stays. @throws Problem when it is sent away */
  async come(trafficClass: TrafficClass = 'normal', clientId = `client ${(this.clients += 1)}`): Promise<Guest> {
    return new Promise((resolve, reject) => {
      const onShed = (reason: string): unknown => this.sheds.push(reason);
      const ended = this.door.pass(
        { clientId, trafficClass },
        (arrived) =>
          new Promise<void>((done, fail) => {
            const leave = (error?: Error): Promise<unknown> => {
              if (error === undefined) done();
              else fail(error);
              return ended.catch((thrown: unknown) => thrown);
            };
            // what it does is known only when the door's promise is
            queueMicrotask(() => resolve({ arrived, leave }));
          }),
        onShed,
      );
      ended.catch(reject);
    });
  }

  /** How many of `count` uploads that come now are let in, and stay. */
  async letIn(count: number): Promise<Guest[]> {
    const guests: Guest[] = [];
    for (let n = 0; n < count; n += 1) {
      try {
        guests.push(await this.come());
      } catch (error) {
        expect(error).toMatchObject({ code: 'overloaded' });
      }
    }
    return guests;
  }

  /** Uploads that the tier is told to expect before the next one. */
  async ahead(): Promise<number> {
    const guest = await this.come();
    await guest.leave();
    return this.asked.at(-1)?.ahead ?? Number.NaN;
  }
}

describe('whoever is sent away', () => {
  it.each([
    [41.3, 42],
    [0, 1],
    [-5, 1],
    [2_000, 2_000],
  ])('after a forecast of %d ms is told %d', (forecastMs, retryAfterMs) => {
    expect(tooBusy(forecastMs)).toBeInstanceOf(Problem);
    expect(tooBusy(forecastMs)).toMatchObject({ code: 'overloaded', extra: { retryAfterMs } });
  });

  it('without a forecast is told a second', () => {
    expect(tooBusy()).toMatchObject({ extra: { retryAfterMs: 1_000 } });
  });
});

describe('a door', () => {
  it('gives the work’s own answer, and the tier the class and the time that a look has', async () => {
    const scene = new Scene();
    const door = new Door({
      tier: { ...{ predict: () => ROOM, miss: () => undefined, isFull: () => false }, capacityPerSecond: 100 },
      ifShed: 'refuse',
      lookMs: LOOK_MS,
      nowMs: () => 0,
    });
    expect(
      await door.pass(
        { clientId: 'one', trafficClass: 'urgent' },
        () => Promise.resolve('answer'),
        () => undefined,
      ),
    ).toBe('answer');
    await (await scene.come('bulk')).leave();
    expect(scene.asked).toEqual([{ trafficClass: 'bulk', ahead: 0, deadlineMs: LOOK_MS }]);
    expect(scene.sheds).toEqual([]);
  });

  it(`holds ${UPLOADS_MAX} uploads; the next is refused without asking the tier, and comes in when one has left`, async () => {
    const scene = new Scene('accept');
    const guests = await scene.letIn(UPLOADS_MAX);
    expect(guests).toHaveLength(UPLOADS_MAX);
    const asked = scene.asked.length;
    await expect(scene.come()).rejects.toMatchObject({ code: 'overloaded', extra: { retryAfterMs: 1_000 } });
    expect(scene.asked).toHaveLength(asked);
    expect(scene.sheds).toEqual(['uploads_max']);
    await guests[0]?.leave();
    await scene.come();
    await expect(scene.come()).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('gives no client more than a quarter of its places, and says whose uploads are too many', async () => {
    const scene = new Scene('accept');
    const guests: Guest[] = [];
    for (let n = 0; n < UPLOADS_MAX / 4; n += 1) guests.push(await scene.come('normal', 'greedy'));
    await expect(scene.come('normal', 'greedy')).rejects.toMatchObject({
      code: 'overloaded',
      detail: expect.stringContaining('your uploads'),
      extra: { retryAfterMs: 1_000 },
    });
    expect(scene.sheds).toEqual(['client_uploads_max']);
    await scene.come('normal', 'modest');
    await guests[0]?.leave();
    await scene.come('normal', 'greedy');
    await expect(scene.come('normal', 'greedy')).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('keeps places for those that have none inside, whoever has the others', async () => {
    const scene = new Scene('accept');
    for (let n = 0; n < UPLOADS_MAX; n += 1) await scene.come('normal', `slow ${n % 4}`).catch(() => undefined);
    expect(scene.sheds).toEqual(Array.from({ length: UPLOADS_MAX / 8 }, () => 'uploads_max'));
    for (const clientId of ['modest', 'another']) await scene.come('normal', clientId);
    expect(scene.sheds).toHaveLength(UPLOADS_MAX / 8);
  });

  it('that is full of slow uploads has others come again when one may have left', async () => {
    const scene = new Scene('accept');
    await scene.letIn(UPLOADS_MAX);
    scene.nowMs += 7_000;
    await expect(scene.come()).rejects.toMatchObject({
      detail: expect.not.stringContaining('fast tier'),
      extra: { retryAfterMs: 7_000 },
    });
  });

  it('forgets an upload whose work throws', async () => {
    const scene = new Scene();
    const broken = new Error('the disk is full');
    for (let n = 0; n <= UPLOADS_MAX; n += 1) {
      const guest = await scene.come();
      expect(await guest.leave(broken)).toBe(broken);
    }
    expect(await scene.ahead()).toBe(0);
    expect(scene.sheds).toEqual([]);
  });
});

describe('the tier is told of uploads that are being received', () => {
  it('until their last byte is here, or they have left', async () => {
    const scene = new Scene();
    const [first, second] = await scene.letIn(3);
    expect(scene.asked.map(({ ahead }) => ahead)).toEqual([0, 1, 2]);
    first?.arrived();
    expect(await scene.ahead()).toBe(2);
    await second?.leave(new Error('hung up'));
    expect(await scene.ahead()).toBe(1);
    first?.arrived();
    expect(await scene.ahead()).toBe(1);
  });

  it('of another client no more than the arrival’s own and one: clients go in turn', async () => {
    const scene = new Scene();
    for (let n = 0; n < 5; n += 1) await scene.come('normal', 'greedy');
    const modest = await scene.come('normal', 'modest');
    expect(scene.asked.at(-1)?.ahead).toBe(1);
    await scene.come('normal', 'modest');
    expect(scene.asked.at(-1)?.ahead).toBe(1 + 2);
    await scene.come('normal', 'greedy');
    expect(scene.asked.at(-1)?.ahead).toBe(5 + 2);
    await modest.leave();
  });

  it('none of another client that has as many looks as it may', async () => {
    const scene = new Scene();
    for (let n = 0; n < 5; n += 1) await scene.come('normal', 'greedy');
    scene.full.add('greedy');
    await scene.come('normal', 'modest');
    expect(scene.asked.at(-1)?.ahead).toBe(0);
    await scene.come('normal', 'greedy');
    expect(scene.asked.at(-1)?.ahead).toBe(5 + 1);
  });

  it('for 250 ms: who is slower is not expected any more, and still holds its place', async () => {
    const scene = new Scene();
    const slow = await scene.letIn(UPLOADS_MAX - 1);
    scene.nowMs += 250;
    expect(await scene.ahead()).toBe(slow.length);
    scene.nowMs += 0.5;
    expect(await scene.ahead()).toBe(0);
    await scene.come();
    await expect(scene.come()).rejects.toMatchObject({ extra: { retryAfterMs: 1_000 } });
  });
});

describe('a client whose pictures take too long to decode', () => {
  it('has those refused while others come, until a tenth of the rate has paid for them', async () => {
    const scene = new Scene('accept');
    scene.forecast = { ...ROOM, capacityPerSecond: 40 };
    await scene.come('normal', 'modest');
    for (let n = 0; n < 4; n += 1) expect(scene.takeCostly('greedy')).toBeUndefined();
    expect(scene.takeCostly('greedy')).toMatchObject({
      code: 'overloaded',
      detail: expect.stringContaining('your pictures'),
      extra: { retryAfterMs: 1 },
    });
    expect(scene.sheds).toEqual(['client_costly']);
    scene.nowMs += 251;
    expect(scene.takeCostly('greedy')).toBeUndefined();
  });

  it('has its other pictures let in: nobody knows a picture before it has been looked at', async () => {
    const scene = new Scene('accept');
    await scene.come('normal', 'modest');
    while (scene.takeCostly('greedy') === undefined);
    scene.sheds.length = 0;
    for (let n = 0; n < 20; n += 1) await scene.come('normal', 'greedy');
    expect(scene.sheds).toEqual([]);
  });
});

describe('an upload that the fast tier would not judge in time', () => {
  it('is refused with the time to come again', async () => {
    const scene = new Scene('refuse');
    scene.forecast = FULL;
    await expect(scene.come()).rejects.toMatchObject({ code: 'overloaded', extra: { retryAfterMs: 42 } });
    scene.nowMs += 60_000;
    expect(await scene.letIn(10)).toEqual([]);
    expect(scene.missed).toHaveLength(11);
    expect(scene.sheds).toEqual(Array.from({ length: 11 }, () => 'predicted'));
    scene.forecast = ROOM;
    expect(await scene.letIn(10)).toHaveLength(10);
  });

  it('leaves nothing behind', async () => {
    const scene = new Scene('refuse');
    scene.forecast = FULL;
    await scene.letIn(2 * UPLOADS_MAX);
    scene.forecast = ROOM;
    expect(await scene.ahead()).toBe(0);
    expect(await scene.letIn(UPLOADS_MAX)).toHaveLength(UPLOADS_MAX);
  });

  it('is let in at a tenth of the tier’s rate where it is accepted', async () => {
    const scene = new Scene('accept');
    await scene.letIn(FEW);
    scene.forecast = FULL;
    // nothing is saved up before the first second
    expect(await scene.letIn(10)).toHaveLength(0);
    for (const [laterMs, allowed] of [
      [199, 0],
      [1, 1],
      [400, 2],
      [1_000, 5],
      // a bucket holds what a second brings
      [60_000, 5],
    ] as const) {
      scene.nowMs += laterMs;
      expect([laterMs, (await scene.letIn(20)).length]).toEqual([laterMs, allowed]);
    }
    expect(new Set(scene.sheds)).toEqual(new Set(['predicted']));
  });

  it('is let in now and then however slow the tier is', async () => {
    const scene = new Scene('accept');
    await scene.letIn(FEW);
    scene.forecast = { ...FULL, capacityPerSecond: 2 };
    scene.nowMs += 5_000;
    expect(await scene.letIn(5)).toHaveLength(1);
    scene.nowMs += 4_999;
    expect(await scene.letIn(5)).toHaveLength(0);
    scene.nowMs += 1;
    expect(await scene.letIn(5)).toHaveLength(1);
  });

  it('is let in all the same while few are inside, unless all such are to be refused', async () => {
    const [accepting, refusing] = [new Scene('accept'), new Scene('refuse')];
    for (const scene of [accepting, refusing]) scene.forecast = FULL;
    expect(await accepting.letIn(FEW + 5)).toHaveLength(FEW);
    expect(await refusing.letIn(FEW)).toHaveLength(0);
  });

  it('does not use up the allowance while the tier has room', async () => {
    const scene = new Scene('accept');
    scene.forecast = FULL;
    scene.nowMs += 1_000;
    scene.forecast = ROOM;
    await scene.letIn(20);
    scene.forecast = FULL;
    expect(await scene.letIn(20)).toHaveLength(5);
  });

  it('counts against the uploads inside when it is let in', async () => {
    const scene = new Scene('accept');
    await scene.letIn(UPLOADS_MAX - 3);
    scene.forecast = FULL;
    scene.nowMs += 1_000;
    expect(await scene.letIn(5)).toHaveLength(3);
    expect(scene.sheds).toEqual(['uploads_max', 'uploads_max']);
  });
});
