import { describe, expect, it } from '@jest/globals';

import type { LightOutcome } from '#contracts/classify.js';
import type { Classifier } from './classifier.js';
import { CountedClassifier } from './counted-classifier.js';
import { ClassifierFailed } from './errors.js';

const STATE = { processes: 1, ready: 1, busy: 0, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 };
const MODEL = {
  id: 'small/1.0.0',
  sha256: '',
  classes: [],
  labels: [],
  preprocessing: { size: 1, resize: 'bilinear-align-corners', framesScoredMax: 1, backgrounds: ['white'] },
} satisfies Classifier['model'];

/** A classifier that refuses every image, and fails when there are more than three. */
class Fake implements Classifier {
  readonly model = MODEL;
  readonly isReady = true;
  readonly room = 2;
  closedWithin: number | undefined;

  start(): ReturnType<Classifier['start']> {
    return Promise.resolve(MODEL);
  }

  classify(items: readonly unknown[]): ReturnType<Classifier['classify']> {
    if (items.length > 3) return Promise.reject(new ClassifierFailed('crashed', 'too many'));
    return Promise.resolve({
      outcomes: items.map(() => ({ kind: 'rejected', code: 'undecodable', detail: '' })),
      queueMs: 0,
    });
  }

  classifyLight(items: readonly unknown[]): ReturnType<Classifier['classifyLight']> {
    const outcomes = items.map((_, index): LightOutcome =>
      index === 0
        ? { kind: 'costly', mediaType: 'image/avif', decodeMs: 900 }
        : { kind: 'rejected', code: 'undecodable', detail: '' },
    );
    return Promise.resolve({ outcomes, queueMs: 0 });
  }

  infer(views: readonly unknown[]): ReturnType<Classifier['infer']> {
    return Promise.resolve({ scores: views.map(() => [1]), queueMs: 0, inferenceMs: 0 });
  }

  state(): typeof STATE {
    return STATE;
  }

  close(graceMs: number): Promise<void> {
    this.closedWithin = graceMs;
    return Promise.resolve();
  }
}

describe('a counted classifier', () => {
  it('counts every image and view that was answered, and nothing that failed', async () => {
    let items = 0;
    const counted = new CountedClassifier(new Fake(), (count) => (items += count));
    const paths = (count: number) => Array.from({ length: count }, () => ({ path: 'x' }));
    expect((await counted.classify(paths(2))).outcomes).toHaveLength(2);
    await expect(counted.classify(paths(4))).rejects.toThrow('too many');
    expect((await counted.classifyLight(paths(1), { decodeMsMax: 60 })).outcomes).toHaveLength(1);
    expect(items).toBe(2);
    expect((await counted.classifyLight(paths(2), { decodeMsMax: 60 })).outcomes).toHaveLength(2);
    expect(items).toBe(3);
    expect((await counted.infer([new Uint8Array(3), new Uint8Array(3), new Uint8Array(3)])).scores).toHaveLength(3);
    expect(items).toBe(6);
  });

  it('is otherwise the one that it counts for', async () => {
    const inner = new Fake();
    const counted = new CountedClassifier(inner, () => undefined);
    expect(await counted.start()).toBe(MODEL);
    expect([counted.model, counted.isReady, counted.room, counted.state()]).toEqual([MODEL, true, 2, STATE]);
    await counted.close(7);
    expect(inner.closedWithin).toBe(7);
  });
});
