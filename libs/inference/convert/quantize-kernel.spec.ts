import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelValues, type Kernel } from './kernel.js';
import { quantizeKernel } from './quantize-kernel.js';

/** A kernel of one row and column: [inputs, outputs] as shipped. */
function kernelFrom(bytes: readonly number[], outputs: number, factors: readonly number[], min = -100): Kernel {
  const inputs = bytes.length / outputs;
  return {
    packed: { name: 'k', shape: [1, 1, inputs, outputs], bytes: Uint8Array.from(bytes), scale: 1, min },
    layout: 'conv',
    factors: Float64Array.from(factors),
  };
}

describe('quantizeKernel', () => {
  it('keeps the shipped steps of a channel that fits, and spreads one that does not', () => {
    // First channel -100..0 in steps of 0.5, second -100..155 in steps of 2.
    const kernel = kernelFrom([0, 0, 60, 150, 100, 255], 2, [0.5, 2]);
    const { weights, scales } = quantizeKernel(kernel, Float64Array.of(0, 0), 0.1);
    expect([...weights.subarray(0, 3)]).toEqual([-100, -40, 0]);
    expect(scales[0]).toBe(0.5);
    expect([...weights.subarray(3)]).toEqual([-82, 41, 127]);
    expect(scales[1]).toBeCloseTo((155 * 2) / 127, 5);
  });

  it('gives the bias the scale of the sum of products', () => {
    const { biases, biasScales } = quantizeKernel(kernelFrom([0, 101], 1, [0.5]), Float64Array.of(-3), 0.25);
    expect(biasScales[0]).toBe(0.125);
    expect(biases[0]).toBe(-24);
  });

  it('makes a channel without weights coarse enough for its bias', () => {
    const { weights, biases, biasScales } = quantizeKernel(kernelFrom([100, 100], 1, [1e-12]), Float64Array.of(6), 0.1);
    expect([...weights]).toEqual([0, 0]);
    expect((biases[0] ?? 0) * (biasScales[0] ?? 0)).toBeCloseTo(6, 5);
  });

  it('is within half a step of every weight', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 });
    const factor = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(bytes, fc.tuple(factor, factor), fc.integer({ min: -255, max: 0 }), (values, factors, min) => {
        const kernel = kernelFrom(values, 2, factors, min + 0.3);
        const { weights, scales } = quantizeKernel(kernel, Float64Array.of(0, 0), 1);
        for (const [index, exact] of kernelValues(kernel).entries()) {
          const scale = scales[Math.floor(index / 3)] ?? 0;
          expect(Math.abs((weights[index] ?? 0) * scale - exact)).toBeLessThanOrEqual(scale * 0.5001);
        }
      }),
    );
  });
});
