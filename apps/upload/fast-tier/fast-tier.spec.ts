import { describe, expect, it } from '@jest/globals';

import type { Scored } from '#contracts/classify.js';
import type { Plan } from '#contracts/plan-answer.js';
import { DISPATCH_REASONS } from '#inference/batching/batch-collector.js';
import type { Classified, Inferred, LightlyClassified } from '#inference/classifier/call.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { ModelManifest } from '#inference/models/manifest.js';

import { FastTier, type FastOrder, type FastTierOptions, type OpenedTier } from './fast-tier.js';

const SLO_MS = 300;
const ORDER: FastOrder = { clientId: 'one', trafficClass: 'normal', deadlineMs: 270, perceptual: true };
const ITEM = { path: '/bytes/a' };
const MANIFEST: ModelManifest = {
  name: 'tiny',
  version: '1.0.0',
  file: 'model.onnx',
  sha256: 'ab',
  bytes: 1,
  input: { name: 'image', dtype: 'uint8', layout: 'NHWC', size: 8 },
  outputs: { scores: 'probs', features: { name: 'mean', width: 3 } },
  classes: ['ok', 'bad'],
  labels: { ok: 'neutral', bad: 'sexual.explicit' },
  preprocessing: { size: 8, resize: 'bilinear-align-corners', framesScoredMax: 1, backgrounds: ['white'] },
  source: { kind: 'file', origin: 'a test' },
  licence: 'Apache-2.0',
};
const MODEL: ServedModel = {
  id: 'tiny/1.0.0',
  sha256: 'ab',
  classes: ['ok', 'bad'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: MANIFEST.preprocessing,
};
const PLAN: Plan = {
  tier: 'fast',
  machine: { cpu: 'a processor', cores: 1, coresReason: 'why', memoryBytes: 1, node: '20', onnxruntime: '1' },
  sloMs: SLO_MS,
  candidates: [],
  rows: [],
  chosen: {
    modelRef: MODEL.id,
    workers: 1,
    threads: 1,
    batchMax: 1,
    capacityPerSecond: 100,
    serviceTimes: [],
    reason: 'why',
  },
  rejected: [],
  loadBefore: 0,
  measuredAt: '2026-11-22T05:32:57.165Z',
  tookMs: 1,
  cached: true,
};
const SCORED: Scored = {
  kind: 'scored',
  facts: { mediaType: 'image/png', width: 8, height: 8, frames: 1, alpha: false, degraded: [] },
  views: [[0.75, 0.25]],
  viewNames: [{ look: 'reference', frame: 0 }],
  decodeMs: 1,
  inferenceMs: 2,
  perceptual: null,
};

/** A classifier of one worker whose calls end when the test says so. */
class FakeClassifier implements Classifier {
  readonly model = MODEL;
  isReady = true;
  room = 1;
  readonly asked: unknown[] = [];
  closedWith: number | undefined;
  private readonly calls: (() => void)[] = [];

  start(): Promise<ServedModel> {
    return Promise.resolve(MODEL);
  }

  classify(...call: Parameters<Classifier['classify']>): Promise<Classified> {
    const [items] = call;
    return this.begin(call, { outcomes: items.map(() => SCORED), queueMs: 0 });
  }

  classifyLight(...call: Parameters<Classifier['classifyLight']>): Promise<LightlyClassified> {
    const [items] = call;
    return this.begin(call, { outcomes: items.map(() => SCORED), queueMs: 0 });
  }

  infer(...call: Parameters<Classifier['infer']>): Promise<Inferred> {
    return this.begin(call, { scores: call[0].map(() => [0.5, 0.5]), queueMs: 0, inferenceMs: 2 });
  }

  state(): ReturnType<Classifier['state']> {
    return { processes: 1, ready: 1, busy: 0, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 };
  }

  close(graceMs: number): Promise<void> {
    this.closedWith = graceMs;
    return Promise.resolve();
  }

  /** Ends the oldest call under way. */
  answer(): void {
    this.room = 1;
    this.calls.shift()?.();
  }

  private begin<T>(call: unknown, result: T): Promise<T> {
    this.asked.push(call);
    this.room = 0;
    return new Promise((resolve) => this.calls.push(() => resolve(result)));
  }
}

/** A fast tier that opens when the test says so. */
interface Scene {
  readonly tier: FastTier;
  readonly classifier: FakeClassifier;
  readonly batches: unknown[];
  /** What the tier gave to `open`: to be told of room, and to hear that it is closed. */
  readonly given: () => Parameters<FastTierOptions['open']>;
  readonly started: Promise<void>;
  readonly open: (changes?: Partial<OpenedTier>) => Promise<void>;
  readonly fail: (error: Error) => void;
}

function setScene(): Scene {
  const classifier = new FakeClassifier();
  const batches: unknown[] = [];
  let given: Parameters<FastTierOptions['open']> | undefined;
  let resolve: (opened: OpenedTier) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const opened = new Promise<OpenedTier>((yes, no) => ([resolve, reject] = [yes, no]));
  const tier = new FastTier({
    open: (...call) => {
      given = call;
      return opened;
    },
    sloMs: SLO_MS,
    windowMs: 0,
    onBatch: (items, reason) => batches.push([items, reason]),
  });
  const started = tier.start();
  const known: OpenedTier = {
    classifier,
    manifest: MANIFEST,
    seed: [{ batch: 1, p95Ms: 100 }],
    batchMax: 1,
    plan: PLAN,
  };
  return {
    tier,
    classifier,
    batches,
    given: () => {
      if (given === undefined) throw new Error('the tier was not opened');
      return given;
    },
    started,
    open: (changes = {}) => {
      resolve({ ...known, ...changes });
      return started;
    },
    fail: reject,
  };
}

describe('before it is open, a fast tier', () => {
  it('is unavailable, knows nothing and sheds nothing', async () => {
    const { tier } = setScene();
    expect([tier.isReady, tier.manifest, tier.plan, tier.state()]).toEqual([false, undefined, undefined, undefined]);
    expect(() => tier.model).toThrow(ClassifierUnavailable);
    await expect(tier.classify(ITEM, ORDER)).rejects.toBeInstanceOf(ClassifierUnavailable);
    await expect(tier.infer([new Uint8Array(3)], ORDER)).rejects.toBeInstanceOf(ClassifierUnavailable);
    expect(tier.predict({ clientId: 'one', trafficClass: 'bulk' }, 10_000)).toEqual({
      wouldShed: false,
      retryAfterMs: 0,
      capacityPerSecond: 0,
    });
  });

  it('may be told of room', () => {
    const { given } = setScene();
    expect(() => given()[0]()).not.toThrow();
  });

  it('says what kept it from opening', async () => {
    const { tier, fail, started } = setScene();
    const refused = new Error('the model file is another one');
    fail(refused);
    await expect(started).rejects.toBe(refused);
    expect(tier.isReady).toBe(false);
    await expect(tier.classify(ITEM, ORDER)).rejects.toBeInstanceOf(ClassifierUnavailable);
  });
});

describe('an open fast tier', () => {
  it('is what was opened, and ready when its classifier is', async () => {
    const { tier, open, classifier } = setScene();
    await open();
    expect([tier.isReady, tier.model, tier.manifest, tier.plan]).toEqual([true, MODEL, MANIFEST, PLAN]);
    classifier.isReady = false;
    expect(tier.isReady).toBe(false);
  });

  it('has no plan where the model runs elsewhere', async () => {
    const { tier, open } = setScene();
    await open({ plan: null });
    expect(tier.plan).toBeUndefined();
  });

  it('hands what it is asked to the classifier, and counts the batch', async () => {
    const { tier, open, classifier, batches } = setScene();
    await open();
    const classified = tier.classify(ITEM, ORDER);
    classifier.answer();
    expect(await classified).toMatchObject({ outcome: SCORED, batch: 1 });
    const view = new Uint8Array(3);
    const inferred = tier.infer([view], ORDER);
    classifier.answer();
    expect(await inferred).toMatchObject({ scores: [[0.5, 0.5]] });
    const late = { timeoutMs: expect.any(Number), onHandedOver: expect.any(Function) };
    expect(classifier.asked).toEqual([
      [[ITEM], { perceptual: true, decodeMsMax: 60, ...late }],
      [[view], late],
    ]);
    expect(batches).toEqual([
      [1, 'idle'],
      [1, 'idle'],
    ]);
  });

  it('begins what waits when it is told of room', async () => {
    const { tier, open, classifier, given } = setScene();
    await open();
    classifier.room = 0;
    const waiting = tier.classify(ITEM, ORDER);
    expect([classifier.asked, tier.state()?.pending]).toEqual([[], 1]);
    classifier.room = 1;
    given()[0]();
    expect([classifier.asked.length, tier.state()?.pending]).toEqual([1, 0]);
    classifier.answer();
    await waiting;
  });

  it('foretells by the SLO and the seed who would be shed, and sheds them', async () => {
    const { tier, open, classifier } = setScene();
    await open();
    // at 100 ms each, two may wait for an answer within 300 ms
    expect(tier.predict({ clientId: 'one', trafficClass: 'normal' }, 0)).toMatchObject({
      wouldShed: false,
      capacityPerSecond: 10,
    });
    expect(tier.predict({ clientId: 'one', trafficClass: 'normal' }, 5)).toMatchObject({
      wouldShed: true,
      retryAfterMs: 500,
    });
    const asked = Array.from({ length: 4 }, () => tier.classify(ITEM, { ...ORDER, deadlineMs: SLO_MS }));
    const outcomes = Promise.allSettled(asked);
    expect(tier.predict({ clientId: 'one', trafficClass: 'normal' }, 0).wouldShed).toBe(true);
    expect(tier.state()).toMatchObject({ pending: 2, limit: 2, running: 1, sheds: { queue_full: 1 } });
    for (let n = 0; n < 3; n += 1) {
      classifier.answer();
      await asked[n];
      // the next one begins when the batch has wholly ended
      await new Promise(setImmediate);
    }
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  });

  it('shows its queue and its times', async () => {
    const { tier, open } = setScene();
    await open({
      seed: [
        { batch: 1, p95Ms: 20 },
        { batch: 4, p95Ms: 50 },
      ],
      batchMax: 4,
    });
    expect(tier.state()).toEqual({
      pending: 0,
      limit: 20,
      running: 0,
      batchMax: 4,
      capacityPerSecond: 80,
      overloaded: false,
      dispatches: Object.fromEntries(DISPATCH_REASONS.map((reason) => [reason, 0])),
      sheds: { queue_full: 0, too_late: 0, share: 0, expired: 0, gave_way: 0, costly: 0 },
      serviceMs: { 1: 20, 4: 50 },
    });
  });
});

describe('closing a fast tier', () => {
  it('ends its classifier with the grace, and leaves nobody waiting', async () => {
    const { tier, open, classifier } = setScene();
    await open();
    const running = tier.classify(ITEM, ORDER);
    const waiting = tier.classify(ITEM, ORDER);
    await tier.close(7);
    expect(classifier.closedWith).toBe(7);
    await expect(waiting).rejects.toBeInstanceOf(ClassifierUnavailable);
    await expect(tier.classify(ITEM, ORDER)).rejects.toBeInstanceOf(ClassifierUnavailable);
    classifier.answer();
    expect(await running).toMatchObject({ outcome: SCORED });
  });

  it('while it opens ends the opening, and what that throws is no failure of the start', async () => {
    const { tier, given, fail, started } = setScene();
    const [, signal] = given();
    expect(signal.aborted).toBe(false);
    await tier.close(0);
    expect(signal.aborted).toBe(true);
    fail(new Error('aborted'));
    await started;
    expect(tier.isReady).toBe(false);
  });

  it('while it opens ends a classifier that is opened all the same', async () => {
    const { tier, open, classifier } = setScene();
    await tier.close(5);
    await open();
    expect([classifier.closedWith, tier.isReady]).toEqual([0, false]);
    await expect(tier.classify(ITEM, ORDER)).rejects.toBeInstanceOf(ClassifierUnavailable);
  });
});
