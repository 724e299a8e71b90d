/** Side of the small picture that is hashed. */
export const SMALL_SIDE = 64;

/** What one value of a shorter line is made of: neighbours from `first` on, and their weights, which sum up to 1. */
export interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Places of a line, both included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * How PDQ shrinks a line of pixels to 64 values. Its steps are linear, so they are taken once, as weights:
 * 1. the line is resampled to another length, with a triangle as wide as the coarser of the two;
 * 2. a box filter, twice: the mean of means;
 * 3. of 64 equal fields the value in the middle.
 *
 * @param length pixels
 * @param resampled values after the first step
 */
export function tapsAlong(length: number, resampled: number): Taps[] {
  return Array.from({ length: SMALL_SIDE }, (_, index) => {
    const means = meanOfMeans(Math.floor(((index + 0.5) * resampled) / SMALL_SIDE), resampled);
    return resampled === length ? means : madeOf(means, length, length / resampled);
  });
}

function meanOfMeans(place: number, length: number): Taps {
  const outer = boxAt(place, length);
  const { first } = boxAt(outer.first, length);
  const weights = new Float64Array(boxAt(outer.last, length).last - first + 1);
  for (let at = outer.first; at <= outer.last; at += 1) {
    const inner = boxAt(at, length);
    const weight = 1 / ((outer.last - outer.first + 1) * (inner.last - inner.first + 1));
    for (let tap = inner.first; tap <= inner.last; tap += 1)
      weights[tap - first] = (weights[tap - first] ?? 0) + weight;
  }
  return { first, weights };
}

/**
 * What a mean is taken of around a place: a 128th of the line, rounded up; of an even number of values the greater part
 * lies ahead. At the ends of the line it is cut off.
 */
function boxAt(place: number, length: number): Span {
  const size = Math.ceil(length / (2 * SMALL_SIDE));
  const ahead = size >> 1;
  return { first: Math.max(0, place + ahead - size + 1), last: Math.min(length - 1, place + ahead) };
}

/** The same value, made of the pixels of a line before it was resampled; `scale` is the distance of its places there. */
function madeOf(taps: Taps, length: number, scale: number): Taps {
  const { first } = triangleAt(taps.first, length, scale);
  const weights = new Float64Array(triangleAt(taps.first + taps.weights.length - 1, length, scale).last - first + 1);
  for (const [index, weight] of taps.weights.entries()) {
    const place = taps.first + index;
    const span = triangleAt(place, length, scale);
    let sum = 0;
    for (let at = span.first; at <= span.last; at += 1) sum += nearness(at, place, scale);
    for (let at = span.first; at <= span.last; at += 1) {
      weights[at - first] = (weights[at - first] ?? 0) + (weight * nearness(at, place, scale)) / sum;
    }
  }
  return { first, weights };
}

/** The pixels that a place of a resampled line is made of. */
function triangleAt(place: number, length: number, scale: number): Span {
  const middle = (place + 0.5) * scale;
  const reach = Math.max(1, scale);
  return {
    first: Math.max(0, Math.round(middle - reach)),
    last: Math.min(length, Math.round(middle + reach)) - 1,
  };
}

const nearness = (at: number, place: number, scale: number): number =>
  Math.max(0, 1 - Math.abs(at + 0.5 - (place + 0.5) * scale) / Math.max(1, scale));
