import { describe, expect, it } from '@jest/globals';
import { isHostMessage, isPoolMessage } from './protocol.js';

const model = {
  id: 'm/1.0.0',
  sha256: 'ab',
  classes: ['Neutral', 'Porn'],
  labels: ['neutral', 'sexual.explicit'],
  preprocessing: { size: 224, resize: 'bilinear-align-corners', framesScoredMax: 3, backgrounds: ['white'] },
};
const ready = { type: 'ready', model, warmUp: [{ batch: 1, firstMs: 2, steadyMs: 1 }], rssBytes: 1 };
const done = { type: 'done', call: 1, answer: [], rssBytes: 1 };

describe('messages of a classifier process', () => {
  it.each<[string, unknown]>([
    ['ready', ready],
    ['ready to decode', { ...ready, model: null, warmUp: [] }],
    ['refused', { type: 'refused', fault: 'model.onnx: is missing' }],
    ['done', done],
    ['failed', { type: 'failed', call: 1, reason: 'io', detail: 'ENOENT', rssBytes: 1 }],
  ])('%s is one', (_name, message) => {
    expect(isHostMessage(message)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'ready'],
    ['an unknown type', { type: 'hello' }],
    ['an answer to call 0', { ...done, call: 0 }],
    ['an answer that tells no memory', { ...done, rssBytes: NaN }],
    ['a model that is none', { ...ready, model: undefined }],
    ['an unknown label', { ...ready, model: { ...model, labels: ['neutral', 'fine'] } }],
    ['a class without a label', { ...ready, model: { ...model, labels: ['neutral'] } }],
    ['an unknown failure', { type: 'failed', call: 1, reason: 'bored', detail: '', rssBytes: 1 }],
  ])('%s is none', (_name, message) => {
    expect(isHostMessage(message)).toBe(false);
  });
});

describe('messages of a pool', () => {
  it.each<[string, unknown]>([
    ['classify', { kind: 'classify', paths: ['/a'], perceptual: true }],
    ['prepare', { kind: 'prepare', paths: ['/a'], perceptual: false }],
    ['infer', { kind: 'infer', views: [Uint8Array.of(1)] }],
    ['time', { kind: 'time', batch: 4, runs: 3 }],
  ])('%s is one', (_name, order) => {
    expect(isPoolMessage({ call: 1, order })).toBe(true);
    expect(isPoolMessage({ call: 0, order })).toBe(false);
  });

  it.each<[string, unknown]>([
    ['a path that is no text', { kind: 'classify', paths: [7], perceptual: true }],
    ['no word on the perceptual hash', { kind: 'prepare', paths: ['/a'] }],
    ['views that are no bytes', { kind: 'infer', views: [[1, 2]] }],
    ['no runs', { kind: 'time', batch: 4, runs: 0 }],
    ['another kind', { kind: 'format', paths: ['/'] }],
  ])('%s is none', (_name, order) => {
    expect(isPoolMessage({ call: 1, order })).toBe(false);
  });
});
