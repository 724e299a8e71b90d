import { jest } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import type { AdmissionOptions, AdmissionOrder } from '#inference/admission/options.js';
import { AdmissionQueue } from '#inference/admission/queue.js';
import type { Admitted } from '#inference/admission/ticket.js';
import { ServiceTimes } from '#inference/batching/service-times.js';
import {
  ClassifierFailed,
  ClassifierShed,
  ClassifierUnavailable,
  type ClassifierFailure,
} from '#inference/classifier/errors.js';

/** Flat to a batch of 8: the exercise of the algorithm's source. */
export const BATCH_MS = 25;
export const SLO_MS = 120;
export const SEED = [1, 2, 4, 8].map((batch) => ({ batch, p95Ms: BATCH_MS }));

export const onlySingles = (): ServiceTimes => new ServiceTimes(SEED.slice(0, 1));

export const scored = (path: string): ClassifyOutcome => ({
  kind: 'scored',
  facts: { mediaType: 'image/png', width: 1, height: 1, frames: 1, alpha: false, degraded: [] },
  views: [[path.length]],
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
});

interface FakeOptions {
  workers?: number;
  /** What a batch takes. */
  takesMs?: (items: number) => number;
  /** What is thrown over a batch that holds the path. */
  poison?: ReadonlyMap<string, ClassifierFailure>;
}

/** Workers that take a batch each, on the virtual clock; they write down what they were asked. */
function fakeClassifier({ workers = 1, takesMs = () => BATCH_MS, poison = new Map() }: FakeOptions) {
  let busy = 0;
  const fake = {
    isReady: true,
    dead: false,
    calls: [] as string[],
    timeouts: [] as (number | undefined)[],
    perceptual: [] as (boolean | undefined)[],
    workers,
    onRoom: (): void => undefined,
    get room() {
      return fake.dead ? 0 : fake.workers - busy;
    },
    work<Answer>(call: string, items: number, answer: () => Answer): Promise<Answer> {
      if (!fake.isReady) return Promise.reject(new ClassifierUnavailable('no process is alive'));
      if (fake.room <= 0) return Promise.reject(new Error('a batch came without room'));
      fake.calls.push(call);
      busy += 1;
      return new Promise((resolve, reject) => {
        setTimeout(() => {
          busy -= 1;
          const [, failure] = [...poison].find(([path]) => call.includes(path)) ?? [];
          if (failure === undefined) resolve(answer());
          else reject(new ClassifierFailed(failure, call));
          fake.onRoom();
        }, takesMs(items));
      });
    },
    classify(items: readonly { path: string }[], options: { timeoutMs?: number; perceptual?: boolean } = {}) {
      const paths = items.map(({ path }) => path);
      fake.timeouts.push(options.timeoutMs);
      fake.perceptual.push(options.perceptual);
      return fake.work(paths.join(' '), paths.length, () => ({ outcomes: paths.map(scored), queueMs: 0 }));
    },
    infer(views: readonly Uint8Array[]) {
      const answer = { scores: views.map(() => [1]), queueMs: 1, inferenceMs: 3 };
      return fake.work(`${views.length} views`, views.length, () => answer);
    },
  };
  return fake;
}

export function scene(options: FakeOptions & Partial<AdmissionOptions> = {}) {
  const fake = fakeClassifier(options);
  const times = options.times ?? new ServiceTimes(SEED);
  const queue = new AdmissionQueue({
    classifier: fake,
    times,
    sloMs: options.sloMs ?? SLO_MS,
    batchMax: options.batchMax ?? 1,
    windowMs: options.windowMs ?? 0,
    nowMs: Date.now,
    ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
  });
  fake.onRoom = () => queue.pump();
  const send = (path: string, order: Partial<AdmissionOrder> = {}): Promise<string> =>
    told(queue.submit({ path }, { class: 'normal', deadlineMs: SLO_MS, ...order }));
  const sendAll = (paths: readonly string[], order: Partial<AdmissionOrder> = {}) =>
    paths.map((path) => send(path, order));
  return { fake, times, queue, send, sendAll };
}

/** How a call ended, in words. */
async function told(call: Promise<Admitted>): Promise<string> {
  try {
    const { queueMs, batch } = await call;
    return `batch of ${batch} after ${queueMs}`;
  } catch (error) {
    if (error instanceof ClassifierShed) return `${error.reason} ${error.retryAfterMs}`;
    return error instanceof ClassifierFailed ? `failed ${error.reason}` : String(error);
  }
}

export const names = (count: number, prefix = 'p'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export async function later<T>(value: T | Promise<T>, ms = 10_000): Promise<T> {
  await jest.advanceTimersByTimeAsync(ms);
  return value;
}
