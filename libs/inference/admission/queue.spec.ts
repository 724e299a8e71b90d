import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import type { TrafficClass } from '#moderation/words.js';
import {
  later,
  names,
  onlySingles,
  scene,
  scored,
  BATCH_MS,
  SEED,
  SLO_MS,
} from '../../../test/support/admission-scene.js';
import type { AdmissionOrder } from './options.js';
import { ClassifierOverloaded, ClassifierShed, type ClassifierFailure } from '../classifier/errors.js';
import { ServiceTimes } from '../batching/service-times.js';

const NORMAL = { clientId: 'one', trafficClass: 'normal' } as const;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('the exercise: flat to 8, an SLO of 120 ms', () => {
  it('is batches of 8, 320 a second, and 30 may wait', async () => {
    const { queue, sendAll } = scene({ batchMax: 16 });
    expect(queue.state()).toMatchObject({ limit: 30, batchMax: 8, capacityPerSecond: 320, pending: 0, running: 0 });
    const sent = sendAll(names(32), { deadlineMs: 500 });
    expect(queue.state()).toMatchObject({ pending: 30, running: 1 });
    const ends = await later(Promise.all(sent));
    expect(ends[0]).toBe('batch of 1 after 0');
    expect(ends.slice(1, 9)).toEqual(names(8).map(() => 'batch of 8 after 25'));
    expect(ends[30]).toBe('batch of 6 after 100');
    expect(ends[31]).toBe('queue_full 97');
    expect(queue.state().dispatches).toEqual({ full: 3, idle: 2, timer: 0, deadline: 0, drain: 0 });
  });

  it('has no more places than can be served in time, one for each worker at the least', () => {
    expect(scene({ sloMs: 20 }).queue.state().limit).toBe(1);
    expect(scene({ sloMs: 20, workers: 4 }).queue.state().limit).toBe(4);
    expect(scene({ workers: 2, batchMax: 8 }).queue.state().limit).toBe(60);
  });

  it('is not begun without a service time', () => {
    expect(() => scene({ times: new ServiceTimes([]) })).toThrow(RangeError);
  });

  it('has a bound even where a batch takes no time', () => {
    const { queue, times } = scene({ times: onlySingles() });
    for (let count = 0; count < 20; count += 1) times.note(1, 0);
    expect(queue.state().limit).toBe(1_199);
  });
});

describe('who comes', () => {
  it('goes at once where there is room, and nobody waits for company', async () => {
    const { fake, sendAll } = scene({ workers: 2, batchMax: 8 });
    const sent = sendAll(['a', 'b']);
    expect(fake.calls).toEqual(['a', 'b']);
    expect(await later(Promise.all(sent))).toEqual(['batch of 1 after 0', 'batch of 1 after 0']);
  });

  it('is turned away at once when it would be late, and told when to come again', async () => {
    const { queue, send, sendAll } = scene();
    const first = sendAll(names(3), { class: 'urgent', deadlineMs: 500 });
    expect(await send('late', { deadlineMs: 99 })).toBe('too_late 75');
    const inTime = send('in time', { deadlineMs: 100 });
    expect(queue.state()).toMatchObject({ pending: 3, sheds: { too_late: 1, queue_full: 0, share: 0, expired: 0 } });
    expect(await later(inTime)).toBe('batch of 1 after 75');
    await Promise.all(first);
  });

  it('before those with a later deadline is not late because of them', async () => {
    const { send, sendAll } = scene({ sloMs: 900 });
    const patient = sendAll(names(4), { deadlineMs: 900 });
    const hasty = send('hasty', { deadlineMs: 50 });
    expect(await later(hasty)).toBe('batch of 1 after 25');
    expect(await Promise.all(patient)).toEqual([0, 50, 75, 100].map((ms) => `batch of 1 after ${ms}`));
  });

  it('may take a second more than its time once it has begun, and its companions want what any of them wants', async () => {
    const { fake, sendAll } = scene({ batchMax: 8 });
    const sent = [...sendAll(['a'], { deadlineMs: 100 }), ...sendAll(['b'], { deadlineMs: 70, perceptual: true })];
    await later(Promise.all([...sent, ...sendAll(['c'], { deadlineMs: 90 })]));
    expect(fake.calls).toEqual(['a', 'b c']);
    expect(fake.timeouts).toEqual([1_100, 1_065]);
    expect(fake.perceptual).toEqual([false, true]);
  });

  it('is given up a second after its deadline, each at its own', async () => {
    const { fake, queue, send } = scene({ batchMax: 8, windowMs: 20, sloMs: 500, takesMs: () => 60_000 });
    const ended: [string, number][] = [];
    const note = (name: string, end: string): unknown => ended.push([`${name} ${end}`, Date.now() - cameMs]);
    const cameMs = Date.now();
    void send('hasty', { deadlineMs: 100 }).then((end) => note('hasty', end));
    void send('patient', { deadlineMs: 500 }).then((end) => note('patient', end));
    await jest.advanceTimersByTimeAsync(1_100);
    expect(ended).toEqual([['hasty failed timeout', 1_100]]);
    expect(fake.timeouts).toEqual([1_480]);
    expect(queue.state().running).toBe(2);
    await later(undefined, 60_000);
  });

  it('that timed out is news to the service times only where less was expected', async () => {
    const timedOut = (expectedMs: number) =>
      scene({
        poison: new Map([['slow', 'timeout']]),
        takesMs: () => 300,
        times: new ServiceTimes([{ batch: 1, p95Ms: expectedMs }]),
        sloMs: 2_000,
      });
    for (const [expectedMs, seenMs] of [
      [25, 300],
      [400, 400],
    ] as const) {
      const { send, times } = timedOut(expectedMs);
      for (let count = 0; count < 20; count += 1) await later(send('slow', { deadlineMs: 2_000 }), 300);
      expect(times.quantileMs(1)).toBe(seenMs);
      // it is seen a moment later that no process works on it any more
      await later(undefined, 50);
    }
  });

  it('with less time than the work ever took is told how much that is', async () => {
    const { queue, send } = scene();
    const ask = (deadlineMs: number) => queue.submit({ path: 'a' }, { clientId: 'one', class: 'normal', deadlineMs });
    await expect(ask(24)).rejects.toMatchObject({ name: 'ClassifierShed', reason: 'too_late', leastMs: 25 });
    const runs = send('runs');
    await expect(ask(25)).rejects.toMatchObject({ leastMs: 25 });
    await expect(ask(26)).rejects.not.toHaveProperty('leastMs');
    await later(runs);
  });

  it('to an idle tier is turned away only if no call was ever fast enough', async () => {
    const times = new ServiceTimes(SEED);
    for (let count = 0; count < 200; count += 1) times.note(1, 400);
    const { send } = scene({ times });
    expect(await send('a', { deadlineMs: 25 })).toMatch(/^too_late/);
    expect(await later(send('b', { deadlineMs: 26 }))).toBe('batch of 1 after 0');
    expect(await later(send('c', { deadlineMs: 0 }))).toMatch(/^too_late/);
  });

  it('finds a way back after a slow spell', async () => {
    let takesMs = 400;
    const { queue, send } = scene({ takesMs: () => takesMs, times: onlySingles() });
    for (let count = 0; count < 20; count += 1) await later(send('slow'));
    expect(queue.state()).toMatchObject({ limit: 1, capacityPerSecond: 2.5 });
    takesMs = 10;
    for (let count = 0; count < 200; count += 1) await later(send('fast'));
    expect(queue.state()).toMatchObject({ limit: 11, capacityPerSecond: 100 });
  });
});

describe('a prediction', () => {
  it('counts those that will be here before', async () => {
    const { queue, send } = scene({ workers: 2 });
    const of = (ahead: number) => queue.predict(NORMAL, ahead);
    expect(queue.state().limit).toBe(7);
    expect(queue.predict(NORMAL)).toEqual({ wouldShed: false, retryAfterMs: 25, capacityPerSecond: 80 });
    expect(of(1)).toEqual(of(0));
    expect(of(2)).toMatchObject({ wouldShed: false, retryAfterMs: 25 });
    expect([of(7), of(8), of(9)].map(({ wouldShed }) => wouldShed)).toEqual([false, true, true]);
    const sent = [send('a'), send('b')];
    expect(of(2)).toMatchObject({ wouldShed: false, retryAfterMs: 50 });
    expect([of(5), of(6)].map(({ wouldShed }) => wouldShed)).toEqual([false, true]);
    await later(Promise.all(sent));
  });

  it('with the time that a look has is no other than what becomes of the look', async () => {
    const { queue, send } = scene({ workers: 2, sloMs: 300, times: onlySingles() });
    const lookMs = 240;
    const sent: Promise<string>[] = [];
    const predicted: boolean[] = [];
    for (let n = 0; n < 30; n += 1) {
      predicted.push(queue.predict(NORMAL, 0, lookMs).wouldShed);
      sent.push(send(`p${n}`, { deadlineMs: lookMs }));
    }
    expect(queue.predict(NORMAL, 0, lookMs).wouldShed).toBe(true);
    expect(queue.predict(NORMAL).wouldShed).toBe(false);
    const ends = await later(Promise.all(sent));
    expect(ends.map((end) => !end.startsWith('batch'))).toEqual(predicted);
  });

  it('lets as many come as can begin at once or may wait', () => {
    const { queue } = scene({ sloMs: 60, workers: 4, times: onlySingles() });
    expect(queue.state().limit).toBe(5);
    expect([0, 1, 2, 3, 4, 7].map((ahead) => queue.predict(NORMAL, ahead).wouldShed)).toEqual(
      [0, 1, 2, 3, 4, 7].map(() => false),
    );
    expect(queue.predict(NORMAL, 9).wouldShed).toBe(true);
  });
});

describe('traffic classes', () => {
  const sendSome = (send: (path: string, order: Partial<AdmissionOrder>) => Promise<string>, classes: TrafficClass[]) =>
    classes.map((one, index) => send(`${one}${index}`, { class: one, deadlineMs: 2_000 }));

  it('go urgent first, and bulk is not starved', async () => {
    const { fake, send } = scene({ sloMs: 2_000 });
    const normal = Array.from({ length: 12 }, (): TrafficClass => 'normal');
    const sent = sendSome(send, ['normal', 'bulk', ...normal, 'urgent', 'bulk']);
    await later(Promise.all(sent));
    expect(fake.calls.map((call) => call.replace(/\d+/, ''))).toEqual([
      'normal',
      'urgent',
      ...normal.slice(0, 8),
      'bulk',
      ...normal.slice(8),
      'bulk',
    ]);
  });

  it('of bulk may hold a tenth of the places after live traffic came, and one for each worker at the least', async () => {
    const { queue, sendAll } = scene({ sloMs: 1_025 });
    expect(queue.state().limit).toBe(40);
    await later(Promise.all(sendAll(['live'], { deadlineMs: 1_025 })), 25);
    const bulk = sendAll(names(6), { class: 'bulk', deadlineMs: 1_025 });
    expect(queue.predict({ ...NORMAL, trafficClass: 'bulk' })).toMatchObject({ wouldShed: true, retryAfterMs: 125 });
    expect(queue.predict(NORMAL).wouldShed).toBe(false);
    const live = sendAll(names(38), { deadlineMs: 1_025 });
    const ends = await later(Promise.all([...bulk, ...live]));
    expect(ends.filter((end) => end.startsWith('share'))).toEqual(['share 125']);
    expect(ends.filter((end) => end.startsWith('queue_full'))).toHaveLength(2);
    const tight = scene({ sloMs: 60, workers: 2, times: onlySingles() });
    tight.queue.miss(NORMAL);
    expect(tight.queue.state().limit).toBe(2);
    const held = await later(Promise.all(tight.sendAll(names(4), { class: 'bulk' })));
    expect(held).toEqual([0, 0, 25].map((ms) => `batch of 1 after ${ms}`).concat('share 38'));
  });
});

describe('those that wait', () => {
  it('leave as soon as their deadline is out of reach, though no room comes', async () => {
    const { fake, queue, send } = scene({ takesMs: () => 5_000 });
    const hangs = send('hangs');
    const waits = send('waits');
    await jest.advanceTimersByTimeAsync(95);
    expect(queue.state()).toMatchObject({ pending: 1, sheds: { expired: 0 } });
    await jest.advanceTimersByTimeAsync(1);
    expect(await waits).toMatch(/^expired/);
    expect(queue.state()).toMatchObject({ pending: 0, sheds: { expired: 1 } });
    await jest.advanceTimersByTimeAsync(50);
    expect(await send('comes now')).toMatch(/^too_late/);
    expect(await later(hangs)).toBe('batch of 1 after 0');
    expect(fake.calls).toEqual(['hangs']);
  });

  it('leave rather than be begun late', async () => {
    const { fake, sendAll } = scene({ takesMs: () => 60 });
    const ends = await later(Promise.all(sendAll(names(3))));
    expect(ends).toEqual(['batch of 1 after 0', 'batch of 1 after 60', expect.stringMatching(/^expired/)]);
    expect(fake.calls).toEqual(['p0', 'p1']);
  });

  it('fail as unavailable when the queue is closed; what runs ends', async () => {
    const { queue, send } = scene();
    const sent = [send('runs'), send('waits')];
    queue.close();
    expect(await send('comes')).toBe('ClassifierUnavailable: the fast tier is closed');
    expect(await later(Promise.all(sent))).toEqual([
      'batch of 1 after 0',
      'ClassifierUnavailable: the fast tier is closed',
    ]);
  });

  it('make it overloaded when none was served soon for long', async () => {
    const { queue, sendAll } = scene({ sloMs: 1_000 });
    const sent = sendAll(names(30), { deadlineMs: 1_000 });
    await jest.advanceTimersByTimeAsync(220);
    expect(queue.state().overloaded).toBe(false);
    await jest.advanceTimersByTimeAsync(60);
    expect(queue.state().overloaded).toBe(true);
    await later(Promise.all(sent));
    expect(queue.state().overloaded).toBe(false);
  });
});

describe('a window', () => {
  it('gathers company, from the first arrival', async () => {
    const { fake, queue, send } = scene({ batchMax: 8, windowMs: 20 });
    const sent = [send('a')];
    await jest.advanceTimersByTimeAsync(15);
    sent.push(send('b'));
    expect(await later(Promise.all(sent))).toEqual(['batch of 2 after 20', 'batch of 2 after 5']);
    expect(fake.calls).toEqual(['a b']);
    expect(queue.state().dispatches).toMatchObject({ timer: 1 });
  });

  it('ends early for whoever has no time for it', async () => {
    const seen: string[] = [];
    const onBatch = (items: number, reason: string): void => void seen.push(`${items} ${reason}`);
    const { send } = scene({ batchMax: 8, windowMs: 50, onBatch });
    const patient = send('patient');
    const hasty = send('hasty', { deadlineMs: 40 });
    expect(await later(hasty)).toBe('batch of 2 after 12');
    await patient;
    expect(await later(send('at once', { deadlineMs: 26 }))).toBe('batch of 1 after 0');
    expect(seen).toEqual(['2 deadline', '1 deadline']);
  });
});

describe('an image that kills its batch', () => {
  const gathered = { batchMax: 8, windowMs: 5 };
  const poison = new Map<string, ClassifierFailure>([['poison', 'crashed']]);

  it('loses only itself', async () => {
    const { fake, sendAll } = scene({ ...gathered, poison, sloMs: 200 });
    const ends = await later(Promise.all(sendAll(['a', 'poison', 'b'], { deadlineMs: 200 })));
    expect(fake.calls).toEqual(['a poison b', 'a', 'poison', 'b']);
    expect(ends).toEqual(['batch of 1 after 30', 'failed crashed', 'batch of 1 after 80']);
  });

  it('costs those that have no time for another try', async () => {
    const { fake, sendAll } = scene({ ...gathered, poison, sloMs: 200 });
    const ends = await later(Promise.all(sendAll(['a', 'poison', 'b'], { deadlineMs: 85 })));
    expect(fake.calls).toEqual(['a poison b', 'a', 'poison']);
    expect(ends).toEqual(['batch of 1 after 30', 'failed crashed', 'failed crashed']);
  });

  it('by taking all their time costs them all', async () => {
    const slow = new Map<string, ClassifierFailure>([['poison', 'timeout']]);
    const { fake, sendAll } = scene({ ...gathered, poison: slow });
    expect(await later(Promise.all(sendAll(['a', 'poison'])))).toEqual(['failed timeout', 'failed timeout']);
    expect(fake.calls).toEqual(['a poison']);
  });

  it('is not tried again where it was alone', async () => {
    const { fake, send } = scene({ poison });
    expect(await later(send('poison'))).toBe('failed crashed');
    expect(fake.calls).toEqual(['poison']);
  });

  it('is not tried again when the queue was closed meanwhile', async () => {
    const { queue, sendAll } = scene({ ...gathered, poison });
    const sent = sendAll(['a', 'poison']);
    await jest.advanceTimersByTimeAsync(10);
    queue.close();
    expect(await later(Promise.all(sent))).toEqual(['failed crashed', 'failed crashed']);
  });
});

describe('a classifier that is not ready', () => {
  it('says so itself', async () => {
    const { fake, queue, send } = scene();
    fake.isReady = false;
    expect(queue.predict(NORMAL).wouldShed).toBe(false);
    expect(await send('a')).toBe('ClassifierUnavailable: no process is alive');
  });

  it('has those that waited fail as unavailable', async () => {
    const { fake, sendAll } = scene();
    const sent = sendAll(['runs', 'waits']);
    fake.dead = true;
    fake.isReady = false;
    expect(await later(Promise.all(sent))).toEqual([
      'batch of 1 after 0',
      'ClassifierUnavailable: no classifier became ready in time',
    ]);
  });

  it('serves those that waited when it is ready again in time', async () => {
    const { fake, queue, send } = scene();
    const runs = send('runs');
    const waits = send('waits');
    fake.dead = true;
    fake.isReady = false;
    await jest.advanceTimersByTimeAsync(60);
    await runs;
    fake.dead = false;
    fake.isReady = true;
    queue.pump();
    expect(await later(waits)).toBe('batch of 1 after 60');
  });

  it('that refuses a call passes its error on', async () => {
    const { fake, send } = scene();
    const full = new ClassifierOverloaded('1 calls wait already');
    fake.classify = () => Promise.reject(full);
    expect(await send('a')).toBe(String(full));
  });

  it('that forgets an image failed', async () => {
    const { fake, send } = scene();
    fake.classify = () => Promise.resolve({ outcomes: [], queueMs: 0 });
    expect(await send('a')).toBe('failed invalid-output');
  });
});

describe('service times', () => {
  it('are those of the calls, without the wait for a process', async () => {
    const { fake, times, send } = scene();
    fake.classify = async () => {
      await new Promise((resolve) => setTimeout(resolve, 17));
      return { outcomes: [scored('a')], queueMs: 5 };
    };
    for (let count = 0; count < 20; count += 1) await later(send('a'));
    expect(times.table()).toEqual([1, 2, 4, 8].map((batch) => expect.objectContaining({ batch })));
    expect(times.leastMs(1)).toBe(12);
  });

  it('are not those of refused images, whose speed says nothing', async () => {
    const { fake, times, send } = scene();
    fake.classify = () =>
      Promise.resolve({ outcomes: [{ kind: 'rejected', code: 'undecodable', detail: '' }], queueMs: 0 });
    for (let count = 0; count < 30; count += 1) expect(await send('a')).toBe('batch of 1 after 0');
    expect(times.leastMs(1)).toBe(BATCH_MS);
  });
});

describe('views', () => {
  const views = (count: number) => Array.from({ length: count }, () => new Uint8Array(3));

  it('pass the same queue, alone, and count for as many images', async () => {
    const { fake, queue, send } = scene({ batchMax: 8 });
    const sent = [send('a'), send('b'), send('c')];
    const inferred = queue.submitViews(views(3), { clientId: 'one', class: 'normal', deadlineMs: 119 });
    expect(queue.state().pending).toBe(5);
    expect(await later(inferred)).toEqual({ scores: [[1], [1], [1]], queueMs: 26, inferenceMs: 3 });
    await Promise.all(sent);
    expect(fake.calls).toEqual(['a', '3 views', 'b c']);
  });

  it('are turned away as images are', async () => {
    const { queue, send } = scene({ batchMax: 1 });
    const first = send('a');
    await expect(
      queue.submitViews(views(4), { clientId: 'one', class: 'urgent', deadlineMs: SLO_MS }),
    ).rejects.toMatchObject({
      reason: 'too_late',
    });
    await expect(
      queue.submitViews(views(3), { clientId: 'one', class: 'normal', deadlineMs: 49 }),
    ).rejects.toBeInstanceOf(ClassifierShed);
    expect(await later(first)).toBe('batch of 1 after 0');
  });
});

describe('five times the capacity', () => {
  it('is served at capacity and in time, bulk a tenth of it; the others are turned away at once', async () => {
    const { queue, fake } = scene({ takesMs: () => 10, times: new ServiceTimes([{ batch: 1, p95Ms: 10 }]) });
    const served: Record<TrafficClass, number> = { urgent: 0, normal: 0, bulk: 0 };
    const lateMs: number[] = [];
    const shedAfterMs: number[] = [];
    for (let sent = 0; sent < 1_000; sent += 1) {
      const cameMs = Date.now();
      const trafficClass = sent % 4 === 0 ? 'bulk' : 'normal';
      void queue.submit({ path: 'a' }, { clientId: 'one', class: trafficClass, deadlineMs: SLO_MS }).then(
        () => {
          served[trafficClass] += 1;
          lateMs.push(Date.now() - cameMs);
        },
        () => shedAfterMs.push(Date.now() - cameMs),
      );
      await jest.advanceTimersByTimeAsync(2);
    }
    const { pending } = queue.state();
    expect(pending).toBeGreaterThan(0);
    expect(fake.calls.length).toBe(201);
    expect(served.normal + served.bulk).toBe(200);
    expect(served.bulk).toBeGreaterThanOrEqual(15);
    expect(served.bulk).toBeLessThanOrEqual(20);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(SLO_MS);
    expect(shedAfterMs.filter((ms) => ms > 0).length).toBeLessThanOrEqual(0.05 * shedAfterMs.length);
    expect(lateMs.length + shedAfterMs.length).toBe(1_000);
  });
});

describe('any arrivals', () => {
  const arrival = fc.record({
    gapMs: fc.integer({ min: 0, max: 30 }),
    clientId: fc.constantFrom('one', 'two', 'three'),
    class: fc.constantFrom<TrafficClass>('urgent', 'normal', 'bulk'),
    deadlineMs: fc.integer({ min: 0, max: 200 }),
    path: fc.constantFrom('good', 'fine', 'poison', 'costly 61'),
    views: fc.boolean(),
  });
  const set = fc.record({
    workers: fc.integer({ min: 1, max: 3 }),
    batchMax: fc.constantFrom(1, 4, 8),
    windowMs: fc.constantFrom(0, 10, 50),
    arrivals: fc.array(arrival, { maxLength: 60 }),
    fails: fc.boolean(),
  });

  it('settle once each, never wait beyond the bound or their deadline, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(set, async ({ workers, batchMax, windowMs, arrivals, fails }) => {
        const poison = new Map<string, ClassifierFailure>(fails ? [['poison', 'crashed']] : []);
        const takesMs = (items: number): number => 20 + 4 * items;
        const { queue } = scene({ workers, batchMax, windowMs, poison, takesMs });
        let [settled, overdue] = [0, 0];
        for (const { gapMs, clientId, class: trafficClass, deadlineMs, path, views } of arrivals) {
          await jest.advanceTimersByTimeAsync(gapMs);
          const cameMs = Date.now();
          const order = { clientId, class: trafficClass, deadlineMs };
          const call = views ? queue.submitViews([new Uint8Array(1)], order) : queue.submit({ path }, order);
          // a costly one has begun with the others of its batch, whose end it learns its fate at
          const begunMs = path.startsWith('costly') ? takesMs(batchMax) : 0;
          const settle = (waitedMs: number): void => {
            settled += 1;
            overdue += waitedMs > deadlineMs + begunMs ? 1 : 0;
          };
          call.then(
            ({ queueMs }) => settle(queueMs),
            (error: unknown) => settle(error instanceof ClassifierShed ? Date.now() - cameMs : 0),
          );
          const { pending, limit } = queue.state();
          expect(pending).toBeLessThanOrEqual(limit + (fails ? workers * batchMax : 0));
        }
        await jest.advanceTimersByTimeAsync(2_000);
        expect({ settled, overdue }).toEqual({ settled: arrivals.length, overdue: 0 });
        expect(queue.state()).toMatchObject({ pending: 0, running: 0 });
        expect(jest.getTimerCount()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
