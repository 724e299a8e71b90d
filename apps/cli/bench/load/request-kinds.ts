import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

/** Sizes of the uploaded photographs: 640 × 480 and 1632 × 1224. */
export const SIZES = ['640', '2mp'] as const;
export type Size = (typeof SIZES)[number];

/** What is drawn with which weight; weights need no common sum. */
export type Weights<T extends string> = ReadonlyMap<T, number>;

export const SIZE_MIXES: Readonly<Record<Size | 'mix', Weights<Size>>> = {
  '640': new Map([['640', 1]]),
  '2mp': new Map([['2mp', 1]]),
  mix: new Map([
    ['640', 4],
    ['2mp', 1],
  ]),
};

export const isSize = (word: unknown): word is Size => SIZES.some((size) => size === word);

export const isTrafficClass = (word: unknown): word is TrafficClass => TRAFFIC_CLASSES.some((name) => name === word);

/**
 * Reads weights of traffic classes, `urgent:1,normal:8,bulk:1`.
 *
 * @throws RangeError when it names another class, one twice, or a weight that is not above 0
 */
export function parseClasses(text: string): Weights<TrafficClass> {
  const weights = new Map<TrafficClass, number>();
  for (const entry of text.split(',')) {
    const [name, share = '1'] = entry.trim().split(':');
    const weight = Number(share);
    const isNew = isTrafficClass(name) && !weights.has(name);
    if (!isNew || !(weight > 0 && weight < Infinity)) {
      throw new RangeError(`must be like urgent:1,normal:8,bulk:1 with each class once at most, not ${text}`);
    }
    weights.set(name, weight);
  }
  return weights;
}

/** The entry that a number in 0..1 (1 excluded) falls on. @throws RangeError of no entries */
export function drawWeighted<T extends string>(weights: Weights<T>, at: number): T {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let left = at * total;
  let drawn: T | undefined;
  for (const [word, weight] of weights) {
    drawn = word;
    left -= weight;
    if (left < 0) break;
  }
  if (drawn === undefined) throw new RangeError('there is nothing to draw from');
  return drawn;
}
