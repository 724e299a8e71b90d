import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { assert, integer, property } from 'fast-check';
import { resizeBilinear, resizeBilinearOver } from './bilinear.js';

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 2654435761) >>> 13);

// Its production mode is the one that prints no advice.
tf.enableProdMode();

/** The reference itself: tfjs with `alignCorners`, before rounding. */
function tensorflow(rgb: Uint8Array, width: number, height: number, size: number): ArrayLike<number> {
  return tf.tidy(() => {
    const image = tf.tensor3d(rgb, [height, width, 3], 'int32').toFloat();
    return tf.image.resizeBilinear(image, [size, size], true).dataSync();
  });
}

/** The formula as it stands, pixel by pixel in double precision. */
function byFormula(rgb: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const lerp = (a: number, b: number, f: number): number => a + (b - a) * f;
  const at = (x: number, y: number, channel: number): number => rgb[(y * width + x) * 3 + channel] ?? NaN;
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const place = Math.floor(index / 3);
    const [x, left, right] = tap(place % size, width, size);
    const [y, top, bottom] = tap(Math.floor(place / size), height, size);
    const row = (line: number): number => lerp(at(left, line, index % 3), at(right, line, index % 3), x);
    return Math.floor(lerp(row(top), row(bottom), y) + 0.5);
  });
}

function tap(output: number, input: number, size: number): [fraction: number, lower: number, upper: number] {
  const position = size > 1 ? output * ((input - 1) / (size - 1)) : 0;
  const lower = Math.min(Math.floor(position), input - 1);
  return [position - lower, lower, Math.min(lower + 1, input - 1)];
}

describe('resizeBilinear', () => {
  it.each([
    [7, 5, 4],
    [640, 480, 224],
    [100, 33, 224],
    [300, 200, 299],
    [1, 9, 5],
    [9, 1, 5],
    [1, 1, 3],
    [2, 2, 1],
  ])('%i × %i to %i is what TensorFlow says, rounded', (width, height, size) => {
    const rgb = noise(width * height * 3);
    const ours = resizeBilinear(rgb, width, height, size);
    const theirs = tensorflow(rgb, width, height, size);
    expect(ours).toHaveLength(size * size * 3);
    // Half a grey level of rounding, and single precision on their side.
    const furthest = ours.reduce((max, value, index) => Math.max(max, Math.abs(value - (theirs[index] ?? NaN))), 0);
    expect(furthest).toBeLessThan(0.5001);
  });

  it('is the formula to the bit', () => {
    const side = integer({ min: 1, max: 40 });
    assert(
      property(side, side, side, (width, height, size) => {
        const rgb = noise(width * height * 3);
        expect(Buffer.compare(resizeBilinear(rgb, width, height, size), byFormula(rgb, width, height, size))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('changes nothing when the size stays', () => {
    const rgb = noise(31 * 31 * 3);
    expect(Buffer.compare(resizeBilinear(rgb, 31, 31, 31), rgb)).toBe(0);
  });

  it('refuses pixels that do not fill the picture', () => {
    expect(() => resizeBilinear(new Uint8Array(11), 2, 2, 4)).toThrow(RangeError);
    expect(() => resizeBilinear(new Uint8Array(0), 0, 0, 4)).toThrow(RangeError);
  });
});

describe('resizeBilinearOver', () => {
  it('lays every pixel on the ground first', () => {
    const rgba = noise(20 * 10 * 4);
    const flat = (ground: number): Uint8Array => {
      const rgb = new Uint8Array(20 * 10 * 3);
      for (let pixel = 0; pixel < 200; pixel += 1) {
        const alpha = (rgba[pixel * 4 + 3] ?? 0) / 255;
        for (let channel = 0; channel < 3; channel += 1) {
          rgb[pixel * 3 + channel] = Math.round((rgba[pixel * 4 + channel] ?? 0) * alpha + ground * (1 - alpha));
        }
      }
      return rgb;
    };
    for (const ground of [0, 255]) {
      const expected = resizeBilinear(flat(ground), 20, 10, 16);
      expect(Buffer.compare(resizeBilinearOver(rgba, 20, 10, 16, ground), expected)).toBe(0);
    }
  });

  it('never shows the colours of pixels that are fully transparent', () => {
    const hidden = noise(8 * 8 * 4).map((value, index) => (index % 4 === 3 ? 0 : value));
    expect(new Set(resizeBilinearOver(hidden, 8, 8, 5, 255))).toEqual(new Set([255]));
    expect(new Set(resizeBilinearOver(hidden, 8, 8, 5, 0))).toEqual(new Set([0]));
  });
});
