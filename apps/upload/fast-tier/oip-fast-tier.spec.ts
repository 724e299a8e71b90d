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
    const backend = fastTierBackend(tier, 100, (reason) => shed.push(reason));
    await expect(backend.infer([], order)).rejects.toBe(error);
    expect(shed).toEqual(reasons);
  });
});
