import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { later, scene } from '../../../test/support/admission-scene.js';
import type { AdmissionOrder } from './options.js';
import { ServiceTimes } from '../batching/service-times.js';

const SLO_MS = 300;
/** What is left of it for the look. */
const DEADLINE_MS = 270;
const LOOK_MS = 15;
/** Between two uploads of the one who behaves: 40 a second, 0.6 of one process. */
const GAP_MS = 25;
const UPLOADS = 120;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

type Scene = ReturnType<typeof scene>;

const tier = (workers: number, more: Parameters<typeof scene>[0] = {}): Scene =>
  scene({
    workers,
    sloMs: SLO_MS,
    takesMs: () => LOOK_MS,
    times: new ServiceTimes([{ batch: 1, p95Ms: LOOK_MS }], Date.now),
    ...more,
  });

/** Sends one after the other on so many connections until it is told to end. */
function loop({ send }: Scene, path: string, order: Partial<AdmissionOrder>, connections = 3) {
  let isOver = false;
  const ends: string[] = [];
  const goesOn = (): boolean => !isOver;
  const run = async (): Promise<void> => {
    while (goesOn()) {
      ends.push(await send(path, { clientId: 'greedy', deadlineMs: DEADLINE_MS, ...order }));
      // what a client takes to send again
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const all = Promise.all(Array.from({ length: connections }, run));
  return async (): Promise<string[]> => {
    isOver = true;
    await later(all);
    return ends;
  };
}

/** Sends at a steady rate while others do what they do. @returns how many were judged */
async function steady({ send }: Scene, order: Partial<AdmissionOrder> = {}): Promise<number> {
  const sent: Promise<string>[] = [];
  for (let n = 0; n < UPLOADS; n += 1) {
    sent.push(send(`small ${n}`, { clientId: 'modest', deadlineMs: DEADLINE_MS, ...order }));
    await jest.advanceTimersByTimeAsync(GAP_MS);
  }
  return judged(await later(Promise.all(sent), DEADLINE_MS));
}

const judged = (ends: readonly string[]): number => ends.filter((end) => end.startsWith('batch')).length;

describe('pictures that cannot be decoded in time', () => {
  it('are turned away at once, hold no process, and leave the service times alone', async () => {
    const set = tier(2);
    const end = loop(set, 'costly 900', {});
    expect(await steady(set)).toBe(UPLOADS);
    const ends = await end();
    expect(ends.every((one) => one.startsWith('costly'))).toBe(true);
    expect(set.queue.state().sheds.costly).toBe(ends.length);
    expect(set.fake.calls.filter((call) => call === 'costly 900')).toEqual([]);
    expect(set.times.quantileMs(1)).toBe(LOOK_MS);
  });

  it('are known by what such pictures took here', async () => {
    const set = tier(2, { slowness: 4 });
    const ends: string[] = [];
    for (let n = 0; n < 5; n += 1) ends.push(await later(set.send('costly 100', { deadlineMs: DEADLINE_MS })));
    expect(ends.map((one) => one.slice(0, 5))).toEqual(['batch', 'costl', 'costl', 'costl', 'costl']);
    await later(undefined, 60_000);
    expect(await later(set.send('costly 100', { deadlineMs: DEADLINE_MS }))).toMatch(/^batch/);
  });

  it('are told when it is too late for them, wherever they wait', async () => {
    const set = tier(1);
    const running = set.send('costly 200', { clientId: 'one', deadlineMs: DEADLINE_MS });
    await jest.advanceTimersByTimeAsync(5);
    const waiting = set.send('costly 150', { clientId: 'one', deadlineMs: DEADLINE_MS });
    expect(await later(waiting)).toMatch(/^costly/);
    expect(await running).toMatch(/^batch/);
    expect(set.queue.state()).toMatchObject({ pending: 0, running: 0 });
  });

  it('fail with the queue', async () => {
    const set = tier(1);
    const small = set.send('small', { clientId: 'other', deadlineMs: DEADLINE_MS });
    const large = set.send('costly 150', { deadlineMs: DEADLINE_MS });
    await jest.advanceTimersByTimeAsync(LOOK_MS + 1);
    expect(set.queue.state().pending).toBe(1);
    set.queue.close();
    expect(await large).toMatch(/closed/);
    expect(await small).toMatch(/^batch/);
  });
});

describe('pictures that take long and are in time', () => {
  it('have a process while another is free, and others lose nothing', async () => {
    const set = tier(2);
    const end = loop(set, 'costly 150', {});
    expect(await steady(set)).toBeGreaterThanOrEqual(0.95 * UPLOADS);
    expect(judged(await end())).toBeGreaterThan(5);
    expect(set.times.quantileMs(1)).toBe(LOOK_MS);
  });

  it('have a single process only when nobody else comes', async () => {
    const set = tier(1);
    const end = loop(set, 'costly 150', {});
    expect(await steady(set)).toBeGreaterThanOrEqual(0.95 * UPLOADS);
    await end();
    const alone = tier(1);
    const endAlone = loop(alone, 'costly 150', {}, 1);
    await jest.advanceTimersByTimeAsync(5_000);
    const ends = await endAlone();
    expect([judged(ends), ends.length - judged(ends)]).toEqual([ends.length, 0]);
    expect(ends.length).toBeGreaterThan(20);
  });
});

describe('pictures that are just light enough', () => {
  it('cost their client its turn, and not the others', async () => {
    const set = tier(2);
    const end = loop(set, 'costly 60', {}, 8);
    expect(await steady(set)).toBeGreaterThanOrEqual(0.95 * UPLOADS);
    expect(set.times.quantileMs(1)).toBeGreaterThan(4 * LOOK_MS);
    expect(judged(await end())).toBeGreaterThan(50);
  });
});

describe('a flood', () => {
  const flood = 24;

  it('of urgent leaves normal of another client a quarter', async () => {
    const set = tier(1);
    const end = loop(set, 'urgent', { class: 'urgent' }, flood);
    const served = await steady(set);
    const theirs = judged(await end());
    expect(served).toBeGreaterThanOrEqual(0.2 * (served + theirs));
    expect(theirs).toBeGreaterThan(served);
  });

  it('with short deadlines does not go first for ever', async () => {
    const set = tier(1);
    const end = loop(set, 'hasty', { deadlineMs: 60 }, flood);
    expect(await steady(set)).toBeGreaterThanOrEqual(0.75 * UPLOADS);
    expect(judged(await end())).toBeGreaterThan(50);
  });

  it('of one client gives way when another comes, and has all places when none does', async () => {
    const set = tier(1);
    const { limit } = set.queue.state();
    const own = { clientId: 'greedy', deadlineMs: 10_000 };
    const all = Array.from({ length: limit + 1 }, (_, n) => set.send(`p${n}`, own));
    expect(set.queue.state().pending).toBe(limit);
    expect(await set.send('one more', own)).toMatch(/^queue_full/);
    const other = set.send('other', { clientId: 'modest', deadlineMs: DEADLINE_MS });
    expect(set.queue.state()).toMatchObject({ pending: limit, sheds: { gave_way: 1 } });
    expect(await all.at(-1)).toMatch(/^gave_way/);
    expect(await later(other)).toBe(`batch of 1 after ${LOOK_MS}`);
    expect(judged(await Promise.all(all))).toBe(limit);
  });
});
