import { describe, expect, it } from '@jest/globals';
import { readHostOptions } from './host-options.js';

const common = { decodeAhead: 2, imageLimits: { pixelsMax: 1, framesMax: 1 }, nice: 0 };
const model = { ...common, modelRoot: '/models', modelRef: 'm/1.0.0', threads: 1, inferenceBatch: 1 };
const recipe = { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white'] };

describe('options of a classifier process', () => {
  it.each([
    ['a model', model],
    ['a recipe', { ...common, recipe }],
    ['a recipe with looks', { ...common, recipe: { ...recipe, looks: ['reference', 'antialiased', 'tiles'] } }],
  ])('with %s survive the command line', (_what, options) => {
    expect(readHostOptions(JSON.stringify(options))).toEqual(options);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no decode at all', { ...model, decodeAhead: 0 }],
    ['neither model nor recipe', common],
    ['half a recipe', { ...common, recipe: { size: 224 } }],
    ['a look that nobody knows', { ...common, recipe: { ...recipe, looks: ['sideways'] } }],
  ])('with %s are refused', (_what, options) => {
    expect(() => readHostOptions(JSON.stringify(options))).toThrow('started by a pool');
  });
});
