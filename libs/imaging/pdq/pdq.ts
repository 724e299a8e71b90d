import type { PerceptualHash } from '#contracts/prepared-image.js';
import type { DecodedFrame } from '../decode-frame.js';
import { lowFrequencies } from './cosine-transform.js';
import { shrinkBrightness, type Sides } from './shrink-brightness.js';
import { SMALL_SIDE } from './taps.js';

/** Pixels on a side below which a picture shows nothing. */
const SIDE_MIN = 5;
/** Steps in brightness, in hundredths, that make one point of quality. */
const STEPS_A_POINT = 90;

/**
 * The PDQ hash of a frame: 256 bits, of which pictures that look alike share most. Source: Facebook, "The TMK+PDQF
 * Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019).
 *
 * @param original sides of the picture that the frame shows, when it was decoded to other ones
 */
export function perceptualHashOf(frame: DecodedFrame, original: Sides = frame): PerceptualHash {
  const small = shrinkBrightness(frame, original);
  const tiny = Math.min(original.width, original.height) < SIDE_MIN;
  return { pdq: hexOf(lowFrequencies(small)), quality: tiny ? 0 : qualityOf(small) };
}

/** A bit for each frequency that is stronger than their median, the first one in the last digit. */
function hexOf(frequencies: Float64Array): string {
  const median = frequencies.toSorted()[frequencies.length / 2 - 1] ?? 0;
  const digits: string[] = [];
  for (let at = frequencies.length - 4; at >= 0; at -= 4) {
    const bits = frequencies.subarray(at, at + 4);
    digits.push(bits.reduce((digit, value, bit) => digit + (value > median ? 2 ** bit : 0), 0).toString(16));
  }
  return digits.join('');
}

/** How much there is to see, 0..100: the whole hundredths of white by which neighbours differ, summed and capped. */
function qualityOf(small: Float64Array): number {
  let steps = 0;
  for (let at = 0; at < small.length; at += 1) {
    const here = small[at] ?? 0;
    if (at % SMALL_SIDE !== SMALL_SIDE - 1) steps += wholeSteps(here, small[at + 1] ?? 0);
    if (at + SMALL_SIDE < small.length) steps += wholeSteps(here, small[at + SMALL_SIDE] ?? 0);
  }
  return Math.min(100, Math.floor(steps / STEPS_A_POINT));
}

const wholeSteps = (a: number, b: number): number => Math.floor((Math.abs(a - b) * 100) / 255);
