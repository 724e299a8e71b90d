import { jest } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import type { CostlyImage } from '#contracts/prepared-image.js';
import type { AdmissionOptions, AdmissionOrder } from '#inference/admission/options.js';
import { AdmissionQueue } from '#inference/admission/queue.js';
import type { Admitted } from '#inference/admission/ticket.js';
import { ServiceTimes } from '#inference/batching/service-times.js';
import type { Classified, LightlyClassified, LightOptions } from '#inference/classifier/call.js';
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
  viewNames: [{ look: 'reference', frame: 0 }],
  decodeMs: 1,
  inferenceMs: 1,
  perceptual: null,
});

/** A picture named `costly <ms>` takes as long to decode, by its headers. */
const decodeMsOf = (path: string): number => Number(/^costly (\d+)/.exec(path)?.[1] ?? 0);
/** A picture named `hidden <ms>` takes so much longer than its headers say, and is not waited for beyond its time. */
const hiddenMsOf = (path: string): number => Number(/\bhidden (\d+)/.exec(path)?.[1] ?? 0);
const costly = (path: string): CostlyImage => ({ kind: 'costly', mediaType: 'image/avif', decodeMs: decodeMsOf(path) });

/** What reading headers takes. */
const HEADERS_MS = 1;

const AT_REST = { ready: 0, busy: 0, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 };

interface FakeOptions {
  workers?: number;
  /** What a batch takes. */
  takesMs?: (items: number) => number;
  /** What is thrown over a batch that holds the path. */
  poison?: ReadonlyMap<string, ClassifierFailure>;
  /** What decoding a costly picture takes, as a multiple of what its headers say. */
  slowness?: number;
}

/** Workers that take a batch each, on the virtual clock; they write down what they were asked. */
function fakeClassifier(options: FakeOptions) {
  const {
    workers = 1,
    takesMs = () => BATCH_MS,
    poison = new Map<string, ClassifierFailure>(),
    slowness = 1,
  } = options;
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
    work<Answer>(call: string, ms: number, answer: () => Answer, timeoutMs = Infinity): Promise<Answer> {
      if (!fake.isReady) return Promise.reject(new ClassifierUnavailable('no process is alive'));
      if (fake.room <= 0) return Promise.reject(new Error('a batch came without room'));
      fake.calls.push(call);
      busy += 1;
      return new Promise((resolve, reject) => {
        const timeout = (): void => reject(new ClassifierFailed('timeout', call));
        const timer = timeoutMs < ms ? setTimeout(timeout, timeoutMs) : undefined;
        setTimeout(() => {
          clearTimeout(timer);
          busy -= 1;
          const [, failure] = [...poison].find(([path]) => call.includes(path)) ?? [];
          if (failure === undefined) resolve(answer());
          else reject(new ClassifierFailed(failure, call));
          fake.onRoom();
        }, ms);
      });
    },
    state: () => ({ ...AT_REST, processes: fake.workers, ready: fake.workers, busy }),
    classify(items: readonly { path: string }[], options: { timeoutMs?: number; perceptual?: boolean } = {}) {
      const paths = items.map(({ path }) => path);
      fake.timeouts.push(options.timeoutMs);
      fake.perceptual.push(options.perceptual);
      const each = paths.map((path) => slowness * decodeMsOf(path) + hiddenMsOf(path));
      const outcomes = paths.map((path, index) => ({ ...scored(path), decodeMs: each[index] ?? 0 }));
      const decodeMs = each.reduce((sum, ms) => sum + ms, 0);
      const timeoutMs = paths.some((path) => hiddenMsOf(path) > 0) ? options.timeoutMs : undefined;
      const answer = (): Classified => ({ outcomes, queueMs: 0 });
      return fake.work(paths.join(' '), takesMs(paths.length) + decodeMs, answer, timeoutMs);
    },
    classifyLight(items: readonly { path: string }[], options: LightOptions): Promise<LightlyClassified> {
      const paths = items.map(({ path }) => path);
      const isCostly = (path: string): boolean => decodeMsOf(path) > options.decodeMsMax;
      const light = paths.filter((path) => !isCostly(path));
      if (light.length === paths.length) return fake.classify(items, options);
      const outcomes = paths.map((path) => (isCostly(path) ? costly(path) : scored(path)));
      const ms = light.length > 0 ? takesMs(light.length) : HEADERS_MS;
      return fake.work(`headers of ${paths.join(' ')}`, ms, () => ({ outcomes, queueMs: 0 }));
    },
    infer(views: readonly Uint8Array[]) {
      const answer = { scores: views.map(() => [1]), queueMs: 1, inferenceMs: 3 };
      return fake.work(`${views.length} views`, takesMs(views.length), () => answer);
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
    told(queue.submit({ path }, { clientId: 'one', class: 'normal', deadlineMs: SLO_MS, ...order }));
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
