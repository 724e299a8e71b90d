import { describe, expect, it } from '@jest/globals';
import { JsonField } from '../models/json.js';
import { networkFromGraphModel } from './from-graph-model.js';
import { networkFromKeras } from './from-keras.js';
import { kernelShape, kernelValues } from './kernel.js';
import { NetworkBuilder } from './network-builder.js';
import type { PackedWeight } from './packed-model.js';

/** A weight with the values 0, 1, 2 … */
function counting(name: string, ...shape: number[]): PackedWeight {
  const length = shape.reduce((product, side) => product * side, 1);
  return { name, shape, bytes: Uint8Array.from({ length }, (_, index) => index), scale: 1, min: 0 };
}

const constant = (name: string, length: number, value: number): PackedWeight => {
  return { name, shape: [length], bytes: new Uint8Array(length), scale: 1, min: value };
};

const keras = (...layers: { kind: string; name: string; from?: string; config?: object }[]) => ({
  topology: JsonField.strict(
    {
      model_config: {
        config: {
          layers: layers.map(({ kind, name, from, config }) => ({
            class_name: kind,
            config: { name, batch_input_shape: [null, 8, 8, 3], ...config },
            inbound_nodes: from === undefined ? [] : [[[from, 0, 0, {}]]],
          })),
          output_layers: [[layers.at(-1)?.name, 0, 0]],
        },
      },
    },
    'keras',
  ),
  weights: new Map([['conv/kernel', counting('conv/kernel', 1, 1, 3, 2)]]),
});

const INPUT = { kind: 'InputLayer', name: 'input' };
const CONV = {
  kind: 'Conv2D',
  name: 'conv',
  from: 'input',
  config: { strides: [1, 1], dilation_rate: [1, 1], padding: 'same', activation: 'linear', use_bias: false },
};
const ONE_AROUND = [
  [1, 1],
  [1, 1],
];
const RELU = { kind: 'Activation', name: 'relu', from: 'conv', config: { activation: 'relu' } };

describe('kernels', () => {
  it('reorders rows, columns, in, out to out, in, rows, columns', () => {
    const kernel = { packed: counting('k', 1, 2, 2, 2), layout: 'conv' as const, factors: Float64Array.of(1, 10) };
    expect(kernelShape(kernel)).toEqual([2, 2, 1, 2]);
    expect([...kernelValues(kernel)]).toEqual([0, 4, 2, 6, 10, 50, 30, 70]);
  });

  it('keeps one filter per channel of a depthwise kernel', () => {
    const kernel = {
      packed: counting('k', 1, 2, 3, 1),
      layout: 'depthwise' as const,
      factors: Float64Array.of(1, 1, 1),
    };
    expect(kernelShape(kernel)).toEqual([3, 1, 1, 2]);
    expect([...kernelValues(kernel)]).toEqual([0, 3, 1, 4, 2, 5]);
  });
});

describe('NetworkBuilder', () => {
  it('folds a normalisation, and the scale of the image, into the convolution before', () => {
    const builder = new NetworkBuilder(8);
    const spec = { weights: counting('k', 1, 1, 3, 1), layout: 'conv', strides: [1, 1], padding: 'valid' } as const;
    builder.foldBatchNorm(builder.conv('conv', builder.image(), spec), {
      mean: constant('mean', 1, 5),
      variance: constant('variance', 1, 3),
      gamma: constant('gamma', 1, 4),
      beta: constant('beta', 1, 7),
      epsilon: 1,
    });
    builder.dense('dense', builder.embedding({ name: 'conv', channels: 1, sides: [8, 8] }), {
      weights: counting('d', 1, 2),
    });
    const network = builder.finish(builder.probs({ name: 'dense', channels: 2 }), { name: 'embedding', channels: 1 });

    const conv = network.nodes.get('conv');
    if (conv?.kind !== 'conv') throw new Error('no convolution');
    expect([...conv.kernel.factors]).toEqual([(4 / Math.sqrt(4)) * (1 / 255)]);
    expect([...conv.bias]).toEqual([(0 - 5) * 2 + 7]);
  });
});

describe('networkFromKeras', () => {
  it.each([
    [
      'an unknown layer',
      [INPUT, { kind: 'LSTM', name: 'lstm', from: 'input' }],
      'layers of kind LSTM are not supported',
    ],
    [
      'a layer that reads what is not known',
      [INPUT, { ...CONV, from: 'other' }],
      'a layer reads other before it is known',
    ],
    [
      'an activation of what another layer reads too',
      [INPUT, CONV, RELU, { ...RELU, name: 'again' }],
      'cannot be folded into conv, which other layers read too',
    ],
    [
      'a padding that no convolution reads',
      [
        INPUT,
        { kind: 'ZeroPadding2D', name: 'pad', from: 'input', config: { padding: ONE_AROUND } },
        { kind: 'Dropout', name: 'dropout', from: 'pad' },
      ],
      'pad is padded, but not read by a convolution',
    ],
    ['a missing weight', [INPUT, { ...CONV, name: 'second' }], 'second has no kernel'],
    ['a network without features', [INPUT, CONV, RELU], 'the network is no image classifier'],
  ])('refuses %s', (_, layers, message) => {
    expect(() => networkFromKeras(keras(...layers))).toThrow(message);
  });
});

describe('networkFromGraphModel', () => {
  it('refuses an unknown operator', () => {
    const shape = { shape: { dim: [{ size: '-1' }, { size: '8' }, { size: '8' }, { size: '3' }] } };
    const nodes = [
      { name: 'input', op: 'Placeholder', attr: { shape } },
      { name: 'sine', op: 'Sin', input: ['input'] },
    ];
    const topology = JsonField.strict({ node: nodes }, 'graph');
    expect(() => networkFromGraphModel({ topology, weights: new Map() })).toThrow(
      'operators of kind Sin are not supported',
    );
  });
});
