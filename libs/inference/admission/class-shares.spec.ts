import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { TrafficClass } from '#moderation/words.js';
import { later, scene } from '../../../test/support/admission-scene.js';
import { ServiceTimes } from '../batching/service-times.js';

const SLO_MS = 300;
/** What is left of it for the look. */
const DEADLINE_MS = 270;
const SECONDS = 4;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

interface Sender {
  readonly path: string;
  readonly class: TrafficClass;
  readonly connections: number;
  readonly deadlineMs?: number;
  /** Its pictures go as so many views of an inference request. */
  readonly views?: number;
  /** How many clients share the connections. */
  readonly clients?: number;
}

interface Machine {
  readonly workers: number;
  readonly batchMax?: number;
  readonly takesMs: (items: number) => number;
}

const SINGLES: Machine = { workers: 2, takesMs: () => 15 };
const BATCHES: Machine = { workers: 2, batchMax: 16, takesMs: (items) => 10 + 2 * items };

/** Has some send all the time. @returns what each had of the time of all processes, 0..1 */
async function sharesOf({ workers, batchMax = 1, takesMs }: Machine, senders: readonly Sender[]): Promise<number[]> {
  const sizes = [1, 2, 4, 8, 16].filter((size) => size <= batchMax);
  const times = new ServiceTimes(
    sizes.map((batch) => ({ batch, p95Ms: takesMs(batch) })),
    Date.now,
  );
  const { queue, send, fake } = scene({ workers, sloMs: SLO_MS, takesMs, times, batchMax });
  const clock = { isOver: false };
  const one = ({ path, views, ...sender }: Sender, clientId: string): Promise<unknown> => {
    const order = { clientId, class: sender.class, deadlineMs: sender.deadlineMs ?? DEADLINE_MS };
    if (views === undefined) return send(path, order);
    return queue.submitViews(Array<Uint8Array>(views).fill(new Uint8Array(1)), order).catch(() => undefined);
  };
  const connection = async (sender: Sender, clientId: string): Promise<void> => {
    while (!clock.isOver) {
      await one(sender, clientId);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const all = Promise.all(
    senders.flatMap((sender, place) =>
      Array.from({ length: sender.connections }, (_, n) => connection(sender, `${place} ${n % (sender.clients ?? 1)}`)),
    ),
  );
  await jest.advanceTimersByTimeAsync(SECONDS * 1_000);
  clock.isOver = true;
  const calls = [...fake.calls];
  await later(all, 20_000);
  return senders.map((sender) => msOf(calls, sender, takesMs) / (workers * SECONDS * 1_000));
}

/** What the looks at somebody's pictures took; of a batch of several each has as much. */
function msOf(calls: readonly string[], { path, views }: Sender, takesMs: Machine['takesMs']): number {
  const hiddenMs = Number(/hidden (\d+)/.exec(path)?.[1] ?? 0);
  let ms = 0;
  for (const call of calls) {
    if (views !== undefined) {
      if (call === `${views} views`) ms += takesMs(views);
      continue;
    }
    const own = call.split(path).length - 1;
    const items = call.split(/hidden \d+|live|bulk/).length - 1;
    if (items > 0 && !call.startsWith('headers')) ms += own * hiddenMs + (takesMs(items) * own) / items;
  }
  return ms;
}

const live = (connections: number): Sender => ({ path: 'live', class: 'normal', connections });
const bulk = (path: string, more: Partial<Sender> = {}): Sender => ({ path, class: 'bulk', connections: 4, ...more });

describe('beside a flood of normal traffic bulk has a tenth of the time', () => {
  it.each<[string, Machine, Sender[]]>([
    ['in pictures that take long', SINGLES, [live(42), bulk('hidden 200')]],
    ['in requests of a whole batch of views', BATCHES, [live(95), bulk('', { views: 16 })]],
  ])('%s', async (_how, machine, senders) => {
    const [, share] = await sharesOf(machine, senders);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.15);
  });
});
