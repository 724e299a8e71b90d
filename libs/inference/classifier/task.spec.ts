import { describe, expect, it } from '@jest/globals';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { classifyLightTask, classifyTask, isClassifyOrder } from './classify.js';
import { inferTask } from './infer.js';
import { prepareTask } from './prepare.js';
import { timeTask } from './time.js';

const facts = { mediaType: 'image/png', width: 2, height: 2, frames: 1, alpha: false, degraded: ['damaged'] };
const perceptual = { pdq: 'ab'.repeat(32), quality: 100 };
const VIEW = { look: 'reference', frame: 0 };
const scored = {
  kind: 'scored',
  facts,
  views: [[0.25, 0.75]],
  viewNames: [VIEW],
  decodeMs: 1,
  inferenceMs: 0,
  perceptual,
};
const rejected = { kind: 'rejected', code: 'undecodable', detail: 'is empty' };
const costly = { kind: 'costly', mediaType: 'image/avif', decodeMs: 900 };
const withScore = (score: unknown) => [{ ...scored, views: [[0.25, score]] }, rejected];
const recipe: Preprocessing = {
  size: 1,
  resize: 'bilinear-align-corners',
  framesScoredMax: 1,
  backgrounds: ['white'],
};
const image = { kind: 'prepared', facts, views: [Uint8Array.of(1, 2, 3)], viewNames: [VIEW], perceptual: null };

describe('an answer to classify', () => {
  const task = classifyTask(['/a', '/b'], true);

  it('has one outcome per path and one score per class', () => {
    expect(task.read([scored, rejected], 2)).toEqual([scored, rejected]);
    expect(task.read([{ ...scored, perceptual: null }, rejected], 2)).toHaveLength(2);
    const tile = { look: 'tiles', frame: 0, background: 'black', tile: { left: 0, top: 3, width: 9, height: 9 } };
    expect(task.read([{ ...scored, viewNames: [tile] }, rejected], 2)).toHaveLength(2);
    expect(task.read([scored], 2)).toBeUndefined();
    expect(task.read([scored, rejected], 5)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a score that is NaN', withScore(NaN)],
    ['a score above 1', withScore(1.01)],
    ['a score below 0', withScore(-0.01)],
    ['a score that is a text', withScore('0.5')],
    ['a scored image without a view', [{ ...scored, views: [] }, rejected]],
    ['a scored image with a view that has no name', [{ ...scored, viewNames: [] }, rejected]],
    ['a scored image without names', [{ ...scored, viewNames: undefined }, rejected]],
    ['a look that nobody knows', [{ ...scored, viewNames: [{ ...VIEW, look: 'sideways' }] }, rejected]],
    ['a frame before the first', [{ ...scored, viewNames: [{ ...VIEW, frame: -1 }] }, rejected]],
    ['a background that nobody knows', [{ ...scored, viewNames: [{ ...VIEW, background: 'red' }] }, rejected]],
    ['a tile without a size', [{ ...scored, viewNames: [{ ...VIEW, tile: { left: 0, top: 0 } }] }, rejected]],
    ['a scored image without facts', [{ ...scored, facts: undefined }, rejected]],
    ['half a perceptual hash', [{ ...scored, perceptual: { pdq: 'ab', quality: 100 } }, rejected]],
    ['a perceptual hash of too much quality', [{ ...scored, perceptual: { ...perceptual, quality: 101 } }, rejected]],
    ['an unknown rejection', [scored, { ...rejected, code: 'allow' }]],
  ])('is not %s', (_name, answer) => {
    expect(task.read(answer, 2)).toBeUndefined();
  });
});

describe('an answer to infer', () => {
  const task = inferTask([Uint8Array.of(0), Uint8Array.of(1)]);

  it.each<[string, unknown, boolean]>([
    [
      'one row per view',
      {
        scores: [
          [0, 1],
          [1, 0],
        ],
        inferenceMs: 1,
      },
      true,
    ],
    ['a row too few', { scores: [[0, 1]], inferenceMs: 1 }, false],
    ['a class too few', { scores: [[0, 1], [1]], inferenceMs: 1 }, false],
    [
      'a score that is NaN',
      {
        scores: [
          [0, NaN],
          [1, 0],
        ],
        inferenceMs: 1,
      },
      false,
    ],
    [
      'no time',
      {
        scores: [
          [0, 1],
          [1, 0],
        ],
      },
      false,
    ],
  ])('with %s', (_name, answer, fits) => {
    expect(task.read(answer, 2)).toEqual(fits ? answer : undefined);
  });
});

describe('an answer to prepare', () => {
  const task = prepareTask(['/a', '/b'], { perceptual: false }, recipe);
  const good = { image, decodeMs: 1 };

  it.each<[string, unknown, boolean]>([
    ['one per path', [good, { image: rejected, decodeMs: 1 }], true],
    ['one too few', [good], false],
    ['a view of another size', [good, { image: { ...image, views: [Uint8Array.of(1)] }, decodeMs: 1 }], false],
    ['no view', [good, { image: { ...image, views: [] }, decodeMs: 1 }], false],
    ['no name of a view', [good, { image: { ...image, viewNames: [] }, decodeMs: 1 }], false],
    ['no word on the perceptual hash', [good, { image: { ...image, perceptual: undefined }, decodeMs: 1 }], false],
    ['no time', [good, { image }], false],
    ['a costly image that nobody wanted back', [good, { image: costly, decodeMs: 1 }], false],
  ])('with %s', (_name, answer, fits) => {
    expect(task.read(answer, 0)).toEqual(fits ? answer : undefined);
  });

  it('may put back a costly image where it was told to', () => {
    const light = prepareTask(['/a', '/b'], { perceptual: false, decodeMsMax: 60 }, recipe);
    const answer = [good, { image: costly, decodeMs: 1 }];
    expect(light.read(answer, 0)).toEqual(answer);
  });
});

describe('an answer to classify what is light', () => {
  it.each<[string, unknown, boolean]>([
    ['its cost', costly, true],
    ['no cost', { ...costly, decodeMs: undefined }, false],
    ['a cost that is no number', { ...costly, decodeMs: NaN }, false],
    ['an unknown media type', { ...costly, mediaType: 'image/tiff' }, false],
  ])('may be a costly image where it was wanted back, with %s', (_name, outcome, fits) => {
    expect(classifyLightTask(['/a'], false, 60).read([outcome], 2)).toEqual(fits ? [outcome] : undefined);
    expect(classifyTask(['/a'], false).read([outcome], 2)).toBeUndefined();
  });

  it('is asked for with a limit that is a number, or none', () => {
    expect(isClassifyOrder(classifyLightTask(['/a'], false, 60).order)).toBe(true);
    expect(isClassifyOrder(classifyLightTask(['/a'], false, Infinity).order)).toBe(false);
    expect(isClassifyOrder(classifyTask(['/a'], true).order)).toBe(true);
  });
});

describe('an answer to time', () => {
  it('is one number per run', () => {
    const task = timeTask(4, 2);
    expect(task.order).toEqual({ kind: 'time', batch: 4, runs: 2 });
    expect(task.read([1, 2.5], 2)).toEqual([1, 2.5]);
    expect(task.read([1], 2)).toBeUndefined();
    expect(task.read([1, -1], 2)).toBeUndefined();
  });
});
