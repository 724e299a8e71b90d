import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { later, scored } from '../../../test/support/admission-scene.js';
import { ServiceTimes } from '../batching/service-times.js';
import type { CallOptions, LightlyClassified } from '../classifier/call.js';
import { AdmissionQueue } from './queue.js';

const SLO_MS = 300;
/** What is left of it for the look. */
const DEADLINE_MS = 270;
const DECODE_MS = 10;
const DECODERS = 2;
const SECONDS = 3;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** A picture named `hidden <ms>` takes so much longer to decode than its headers say. */
const decodeMsOf = (path: string): number => DECODE_MS + Number(/^hidden (\d+)/.exec(path)?.[1] ?? 0);

interface Server {
  /** Requests that it takes at the same time. */
  readonly places: number;
  readonly takesMs: number;
  /** Of the large client: more than are looked at at the same time. */
  readonly connections: number;
}

/** Decoders here and a model elsewhere, as `RemoteClassifier` has them, on the virtual clock. */
function remoteTier({ places, takesMs }: Server) {
  let [decoding, away] = [0, 0];
  const waiting: (() => void)[] = [];
  const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const place = (): Promise<void> =>
    new Promise((resolve) => {
      if (away < places) resolve();
      else waiting.push(resolve);
    });
  async function classifyLight(
    [item]: readonly { path: string }[],
    { onHandedOver }: CallOptions,
  ): Promise<LightlyClassified> {
    if (classifier.room <= 0 || item === undefined) throw new Error('a call came without room');
    decoding += 1;
    await after(decodeMsOf(item.path));
    decoding -= 1;
    queue.pump();
    onHandedOver?.();
    queue.pump();
    const askedMs = Date.now();
    await place();
    const queueMs = Date.now() - askedMs;
    away += 1;
    await after(takesMs);
    away -= 1;
    waiting.shift()?.();
    setTimeout(() => queue.pump(), 0);
    return { outcomes: [scored(item.path)], queueMs };
  }
  const classifier = {
    isReady: true,
    get room() {
      return Math.max(0, Math.min(DECODERS - decoding, places - away));
    },
    classifyLight,
    classify: () => Promise.reject(new Error('nothing here is costly')),
    infer: () => Promise.reject(new Error('nobody sends views')),
    state: () => ({
      ...{ processes: DECODERS, ready: DECODERS, busy: decoding },
      ...{ inFlight: decoding + away, queued: 0, replaced: 0, rssBytes: 0 },
    }),
  };
  const times = new ServiceTimes([{ batch: 1, p95Ms: DECODE_MS + takesMs }], Date.now);
  const queue = new AdmissionQueue({ classifier, times, sloMs: SLO_MS, batchMax: 1, windowMs: 0, nowMs: Date.now });
  const send = (clientId: string, path = 'small'): Promise<boolean> =>
    queue.submit({ path }, { clientId, class: 'normal', deadlineMs: DEADLINE_MS }).then(
      () => true,
      () => false,
    );
  return { queue, send };
}

const countOf = (ends: readonly boolean[]): number => ends.filter(Boolean).length;

/** A large client keeps its connections full for some seconds, a small one sends every so often. @returns looks of each */
async function together(server: Server, { everyMs, path }: { everyMs: number; path?: string }) {
  const { connections } = server;
  const { queue, send } = remoteTier(server);
  const clock = { isOver: false };
  const connection = async (): Promise<number> => {
    let judged = 0;
    while (!clock.isOver) {
      if (await send('large', path)) judged += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return judged;
  };
  const large = Promise.all(Array.from({ length: connections }, connection));
  const small: Promise<boolean>[] = [];
  for (let atMs = 0; atMs < SECONDS * 1_000; atMs += 100) {
    if (atMs > 0 && atMs % everyMs === 0) small.push(send('small'));
    await jest.advanceTimersByTimeAsync(100);
  }
  clock.isOver = true;
  const looks = { small: countOf(await later(Promise.all(small), 2_000)), large: await later(large, 2_000) };
  expect(queue.state()).toMatchObject({ pending: 0, running: 0 });
  return { small: looks.small, large: looks.large.reduce((sum, judged) => sum + judged, 0) };
}

const NEVER_MS = Infinity;

describe('beside somebody who sends once a second, a large client has what that one leaves', () => {
  it.each<[string, Server]>([
    ['of the decoders, where the server has room', { places: 64, takesMs: 120, connections: 36 }],
    ['of the server’s places, where those are few', { places: 4, takesMs: 100, connections: 10 }],
  ])('%s', async (_which, server) => {
    const alone = await together(server, { everyMs: NEVER_MS });
    const { small, large } = await together(server, { everyMs: 1_000 });
    expect(large + small).toBeGreaterThanOrEqual(0.9 * alone.large);
    expect(small).toBeGreaterThanOrEqual(SECONDS - 1);
  });
});

describe('pictures that hold a decoder for longer than their headers say', () => {
  it('leave one decoder to others', async () => {
    const server = { places: 64, takesMs: 50, connections: 12 };
    const { small } = await together(server, { everyMs: 100, path: 'hidden 400' });
    // whoever comes in the first half second finds both taken
    expect(small).toBeGreaterThanOrEqual(SECONDS * 10 - 1 - 5);
  });
});
