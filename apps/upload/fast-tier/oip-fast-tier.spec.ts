import { describe, expect, it } from '@jest/globals';
import { ClassifierOverloaded, ClassifierShed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import { fastTierBackend } from './oip-fast-tier.js';

const order = { clientId: 'one', trafficClass: 'normal', deadlineMs: undefined } as const;

describe('views from callers of the Open Inference Protocol', () => {
  it.each([
    [new ClassifierShed('too_late', 10), ['too_late']],
    [new ClassifierOverloaded('the server is full'), ['full']],
    [new ClassifierUnavailable('away'), []],
  ])('are counted when they are shed: %s', async (error, reasons) => {
    const shed: string[] = [];
    const tier = { manifest: undefined, isReady: true, infer: () => Promise.reject(error) };
    const heard = { onShed: (reason: string) => shed.push(reason), onInferred: () => shed.push('inferred') };
    const backend = fastTierBackend(tier, 100, heard);
    await expect(backend.infer([], order)).rejects.toBe(error);
    expect(shed).toEqual(reasons);
  });

  it('are counted with what they took when they got their scores', async () => {
    const infer = () => Promise.resolve({ scores: [[0.5]], queueMs: 2, inferenceMs: 30 });
    const took: object[] = [];
    const heard = { onShed: () => undefined, onInferred: (stages: object) => took.push(stages) };
    const backend = fastTierBackend({ manifest: undefined, isReady: true, infer }, 100, heard);
    expect(await backend.infer([], order)).toEqual({ scores: [[0.5]] });
    expect(took).toEqual([{ queue: 2, inference: 30, total: expect.any(Number) }]);
  });
});
