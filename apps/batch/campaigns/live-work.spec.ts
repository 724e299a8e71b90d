import { describe, expect, it } from '@jest/globals';

import type { Classified } from '#inference/classifier/call.js';
import type { ServedModel } from '#inference/classifier/protocol.js';

import { LiveWork } from './live-work.js';

const MODEL: ServedModel = {
  id: 'heavy/1.0.0',
  sha256: 'ab',
  classes: [],
  labels: [],
  preprocessing: { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white', 'black'] },
};

describe('the heavy tier as new assets use it', () => {
  it('is busy while a batch is at the model, and shortly after as long as more are in hand', async () => {
    let [nowMs, inHand] = [0, true];
    let end: (classified: Classified) => void = () => undefined;
    const classify = (): Promise<Classified> => new Promise((resolve) => (end = resolve));
    const live = new LiveWork(
      { model: MODEL, classify },
      () => inHand,
      () => nowMs,
    );
    expect([live.model, live.busy()]).toEqual([MODEL, false]);

    const looked = live.classify([]);
    nowMs = 60_000;
    expect(live.busy()).toBe(true);
    end({ outcomes: [] } as unknown as Classified);
    await looked;
    expect(live.busy()).toBe(true);

    inHand = false;
    expect(live.busy()).toBe(false);
    inHand = true;
    nowMs += 1_000;
    expect(live.busy()).toBe(false);
  });

  it('is free again after a batch that failed', async () => {
    const classify = (): Promise<Classified> => Promise.reject(new Error('gone'));
    const live = new LiveWork({ model: MODEL, classify }, () => false);
    await expect(live.classify([])).rejects.toThrow('gone');
    expect(live.busy()).toBe(false);
  });
});
