import { describe, expect, it } from '@jest/globals';
import { isAnswerTo, isClassifyRequest, isHostMessage, readHostOptions } from './classifier-protocol.js';

const facts = { mediaType: 'image/png', width: 2, height: 2, frames: 1, alpha: false, degraded: ['damaged'] };
const scored = { kind: 'scored', facts, views: [[0.25, 0.75]], decodeMs: 1, inferenceMs: 0 };
const rejected = { kind: 'rejected', code: 'undecodable', detail: 'is empty' };
const classified = { type: 'classified', call: 1, outcomes: [scored, rejected], rssBytes: 1 };
const model = {
  id: 'm/1.0.0',
  sha256: 'ab',
  classes: ['Neutral', 'Porn'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white'] },
};
const ready = { type: 'ready', model, warmUp: [{ batch: 1, firstMs: 2, steadyMs: 1 }], rssBytes: 1 };
const withScore = (score: unknown) => ({ ...classified, outcomes: [{ ...scored, views: [[0.25, score]] }] });

describe('messages of a classifier process', () => {
  it.each([
    ['ready', ready],
    ['refused', { type: 'refused', fault: 'model.onnx: is missing' }],
    ['classified', classified],
    ['failed', { type: 'failed', call: 1, reason: 'io', detail: 'ENOENT', rssBytes: 1 }],
  ])('%s is one', (_name, message) => {
    expect(isHostMessage(message)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'ready'],
    ['an unknown type', { type: 'hello' }],
    ['a score that is NaN', withScore(NaN)],
    ['a score above 1', withScore(1.01)],
    ['a score below 0', withScore(-0.01)],
    ['a score that is a text', withScore('0.5')],
    ['a scored image without a view', { ...classified, outcomes: [{ ...scored, views: [] }] }],
    ['a scored image without facts', { ...classified, outcomes: [{ ...scored, facts: undefined }] }],
    ['an unknown rejection', { ...classified, outcomes: [{ ...rejected, code: 'allow' }] }],
    ['an unknown label', { ...ready, model: { ...model, labels: ['neutral', 'fine'] } }],
    ['a class without a label', { ...ready, model: { ...model, labels: ['neutral'] } }],
    ['an unknown failure', { type: 'failed', call: 1, reason: 'bored', detail: '', rssBytes: 1 }],
  ])('%s is none', (_name, message) => {
    expect(isHostMessage(message)).toBe(false);
  });

  it('answer a call with one outcome per item and one score per class', () => {
    if (!isHostMessage(classified) || classified.type !== 'classified') throw new Error('not of the protocol');
    const { outcomes } = classified;
    expect(isAnswerTo(outcomes, 2, 2)).toBe(true);
    expect(isAnswerTo(outcomes, 1, 2)).toBe(false);
    expect(isAnswerTo(outcomes, 2, 5)).toBe(false);
  });
});

describe('messages of a pool', () => {
  it('are told from others', () => {
    expect(isClassifyRequest({ type: 'classify', call: 1, paths: ['/a'] })).toBe(true);
    expect(isClassifyRequest({ type: 'classify', call: 1, paths: [7] })).toBe(false);
  });
});

describe('options of a classifier process', () => {
  const options = {
    modelRoot: '/models',
    modelRef: 'm/1.0.0',
    threads: 1,
    inferenceBatch: 1,
    decodeAhead: 2,
    imageLimits: { pixelsMax: 1, framesMax: 1 },
    nice: 0,
  };

  it('survive the command line', () => {
    expect(readHostOptions(JSON.stringify(options))).toEqual(options);
  });

  it('are refused when one is missing or there are none', () => {
    expect(() => readHostOptions(JSON.stringify({ ...options, decodeAhead: 0 }))).toThrow('started by a pool');
    expect(() => readHostOptions(undefined)).toThrow('started by a pool');
  });
});
