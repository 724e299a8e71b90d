import { describe, expect, it } from '@jest/globals';
import { oipMetadata, type OipModel } from '../oip/oip-model.js';
import { metadataFaults } from './metadata-faults.js';

const model: OipModel = {
  name: 'm',
  version: '1.0.0',
  sha256: 'aa',
  servedRef: 'm/1.0.0',
  input: { name: 'image', size: 224 },
  output: { name: 'probs', classes: 5 },
};
const own = oipMetadata(model);
const image = { name: 'image', datatype: 'UINT8', shape: [-1, 224, 224, 3] };
const probs = { name: 'probs', datatype: 'FP32', shape: [-1, 5] };
const triton = { name: 'm', versions: ['1'], platform: 'onnxruntime_onnx', inputs: [image], outputs: [probs] };

describe('metadata of a server', () => {
  it.each<[string, unknown]>([
    ['our own', own],
    ['those of a server that tells no hash', triton],
    ['those of a server with a variant', { ...own, parameters: { sha256: 'cc', model: 'm_int8/1.0.0' } }],
    ['those of a server with more outputs', { ...triton, outputs: [{ ...probs, name: 'features' }, probs] }],
  ])('agree: %s', (_whose, metadata) => {
    expect(metadataFaults(metadata, model, ['aa', 'cc'])).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['none', 'hello', ['its metadata are no JSON object']],
    ['empty', {}, ['has no input `image`', 'has no output `probs`']],
    ['another hash', { ...triton, parameters: { sha256: 'bb' } }, ['serves SHA-256 "bb", not aa or cc']],
    [
      'a variant that is not known here',
      { ...own, parameters: { sha256: 'bb', model: 'm_int4/1.0.0' } },
      ['serves SHA-256 "bb" of "m_int4/1.0.0", not aa or cc'],
    ],
    [
      'another size and type',
      { ...triton, inputs: [{ ...image, datatype: 'FP32', shape: [-1, 3, 224, 224] }] },
      ['input `image` is "FP32", expected UINT8', 'input `image` has shape [-1,3,224,224], expected [-1,224,224,3]'],
    ],
    [
      'a fixed batch and fewer classes',
      { ...triton, outputs: [{ ...probs, shape: [1, 2] }] },
      ['output `probs` has shape [1,2], expected [-1,5]'],
    ],
    [
      'another input',
      { ...triton, inputs: [{ ...image, name: 'picture' }] },
      ['wants an input `picture` that the manifest does not name', 'has no input `image`'],
    ],
    [
      'no shape',
      { ...triton, outputs: [{ name: 'probs', datatype: 'FP32' }] },
      ['output `probs` has shape missing, expected [-1,5]'],
    ],
  ])('do not: %s', (_whose, metadata, faults) => {
    expect(metadataFaults(metadata, model, ['aa', 'cc'])).toEqual(faults);
  });
});
