import { describe, expect, it } from '@jest/globals';
import { decideVariant, type VariantFacts, type VariantWish } from './plan-variant.js';

const FAST: VariantFacts = { baseMs: 6, variantMs: 4, publishedPasses: true, passesHere: true };

describe('the int8 variant', () => {
  it.each<[string, VariantWish, VariantFacts | undefined, boolean, RegExp]>([
    ['is faster and agrees', 'auto', FAST, true, /int8 takes 4\.0 ms, f32 6\.0 ms \(1\.50×\)/],
    ['is as fast', 'auto', { ...FAST, variantMs: 5.8 }, false, /1\.03×.*no gain/],
    ['is just fast enough', 'auto', { ...FAST, baseMs: 1.05, variantMs: 1 }, true, /1\.05×/],
    ['took no time that can be divided by', 'auto', { ...FAST, variantMs: NaN }, false, /no gain/],
    ['was published with too little agreement', 'auto', { ...FAST, publishedPasses: false }, false, /published/],
    ['answers otherwise on this CPU', 'auto', { ...FAST, passesHere: false }, false, /on this machine/],
    ['is not there', 'auto', undefined, false, /no int8/],
    ['is faster, and f32 is set', 'f32', FAST, false, /f32 is set/],
    ['is slower, and int8 is set', 'int8', { ...FAST, variantMs: 9 }, true, /int8 is set/],
  ])('that %s (%s)', (_, wish, facts, useInt8, reason) => {
    const decision = decideVariant(wish, facts);
    expect(decision.useInt8).toBe(useInt8);
    expect(decision.reason).toMatch(reason);
  });
});
