import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { TrafficClass } from '#moderation/words.js';
import { later, onlySingles, scene } from '../../../test/support/admission-scene.js';
import { ClassifierShed } from '../classifier/errors.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('views of more than a batch', () => {
  const views = (count: number) => Array.from({ length: count }, () => new Uint8Array(3));
  const order = (deadlineMs: number, trafficClass: TrafficClass = 'bulk') => ({
    clientId: 'one',
    class: trafficClass,
    deadlineMs,
  });

  it('go batch after batch, and who is due first goes between', async () => {
    const { fake, queue, send } = scene({ batchMax: 2, sloMs: 500 });
    const inferred = queue.submitViews(views(5), order(500));
    await jest.advanceTimersByTimeAsync(10);
    const urgent = send('urgent', { class: 'urgent', deadlineMs: 100 });
    expect(await later(urgent)).toBe('batch of 1 after 15');
    expect((await inferred).scores).toHaveLength(5);
    expect((await inferred).inferenceMs).toBe(9);
    expect(fake.calls).toEqual(['2 views', 'urgent', '2 views', '1 views']);
  });

  it('of bulk leave a worker to others, however many come', async () => {
    const { fake, queue, send } = scene({ workers: 2, sloMs: 2_000 });
    const ends: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      void queue.submitViews(views(16), order(2_000)).then(
        () => ends.push('scored'),
        (error: unknown) => ends.push(error instanceof ClassifierShed ? error.reason : String(error)),
      );
    }
    for (let count = 0; count < 10; count += 1) {
      expect(fake.room).toBe(1);
      expect(await later(send('urgent', { class: 'urgent', deadlineMs: 26 }), 25)).toBe('batch of 1 after 0');
    }
    await later(undefined);
    expect(ends).toEqual(['share', 'share', 'scored']);
  });

  it('are refused at once by an idle tier that cannot score them in time', async () => {
    const { fake, queue } = scene({ workers: 2, times: onlySingles() });
    await expect(queue.submitViews(views(16), order(400, 'urgent'))).rejects.toMatchObject({ leastMs: 400 });
    expect(fake.calls).toEqual([]);
    const inTime = queue.submitViews(views(16), order(401, 'urgent'));
    expect((await later(inTime)).scores).toHaveLength(16);
  });

  it('count in full against the next, though they do not wait yet', async () => {
    const { queue } = scene({ workers: 2, sloMs: 400, times: onlySingles() });
    const first = queue.submitViews(views(8), order(400, 'normal'));
    await expect(queue.submitViews(views(8), order(225, 'normal'))).rejects.toMatchObject({ reason: 'too_late' });
    const second = queue.submitViews(views(8), order(400, 'normal'));
    await later(Promise.all([first, second]));
    expect((await later(queue.submitViews(views(8), order(225, 'normal')))).scores).toHaveLength(8);
  });
});
