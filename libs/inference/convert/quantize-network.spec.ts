import { describe, expect, it } from '@jest/globals';
import type { Kernel } from './kernel.js';
import type { Network, NetworkNode, Window } from './network.js';
import { quantizeNetwork, tensorsToRound } from './quantize-network.js';

const WINDOW: Window = { size: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] };
const KERNEL: Kernel = {
  packed: { name: 'k', shape: [1, 1, 3, 3], bytes: new Uint8Array(9), scale: 1, min: 0 },
  layout: 'conv',
  factors: new Float64Array(3),
};

const conv = (input: string): NetworkNode => ({
  kind: 'conv',
  input,
  kernel: KERNEL,
  bias: new Float64Array(3),
  window: WINDOW,
  groups: 1,
  activation: 'relu6',
});

const NETWORK: Network = {
  size: 8,
  classes: 2,
  features: 3,
  nodes: new Map<string, NetworkNode>([
    ['stem', conv('image')],
    ['left', conv('stem')],
    ['pool', { kind: 'max-pool', input: 'left', window: WINDOW }],
    ['sum', { kind: 'add', inputs: ['pool', 'stem'] }],
    ['embedding', { kind: 'global-average-pool', input: 'sum' }],
    ['probs', { kind: 'softmax', input: 'embedding' }],
  ]),
};
const RANGES = { stem: [0, 5.1], left: [0, 2.55], sum: [-5.1, 5.1] } as const;

describe('quantizeNetwork', () => {
  it('rounds between float and bytes once, and leaves activations to the rounding', () => {
    const { nodes } = quantizeNetwork(NETWORK, { float: ['stem'], ranges: RANGES });
    expect([...nodes.keys()]).toEqual([
      ...['stem', 'stem_rounded', 'left_exact', 'left', 'pool_exact', 'pool', 'sum_exact', 'sum', 'embedding', 'probs'],
    ]);
    const stemScale = Math.fround(5.1 / 255);
    expect(nodes.get('stem')).toBe(NETWORK.nodes.get('stem'));
    expect(nodes.get('stem_rounded')).toEqual({ kind: 'quantize', input: 'stem', scale: stemScale, zeroPoint: 0 });
    expect(nodes.get('left_exact')).toMatchObject({
      input: 'stem_rounded',
      inputScale: stemScale,
      activation: 'none',
    });
    expect(nodes.get('sum_exact')).toEqual({ kind: 'add', inputs: ['pool', 'stem_rounded'] });
    expect(nodes.get('sum')).toMatchObject({ scale: Math.fround(10.2 / 255), zeroPoint: 128 });
    expect(nodes.get('embedding')).toBe(NETWORK.nodes.get('embedding'));
  });

  it('gives a pool the steps of its input', () => {
    const { nodes } = quantizeNetwork(NETWORK, { float: ['stem'], ranges: RANGES });
    expect(nodes.get('pool')).toEqual({
      kind: 'quantize',
      input: 'pool_exact',
      scale: Math.fround(0.01),
      zeroPoint: 0,
    });
  });

  it('puts zero on a step when a range does not hold it', () => {
    const { nodes } = quantizeNetwork(NETWORK, { float: ['stem'], ranges: { ...RANGES, sum: [-5.1, -1] } });
    expect(nodes.get('sum')).toMatchObject({ scale: Math.fround(0.02), zeroPoint: 255 });
  });

  it.each([
    ['a range that is missing', { float: ['stem'], ranges: { stem: RANGES.stem } }, 'no range for left'],
    ['an operation that is not there', { float: ['stem', 'root'], ranges: RANGES }, 'the network has no root'],
  ])('refuses %s', (_, calibration, message) => {
    expect(() => quantizeNetwork(NETWORK, calibration)).toThrow(message);
  });
});

describe('tensorsToRound', () => {
  it('names what is rounded and has no steps of its own', () => {
    expect(tensorsToRound(NETWORK, ['stem'])).toEqual(['stem', 'left', 'sum']);
  });

  it('refuses a stem that is to be quantized', () => {
    expect(() => tensorsToRound(NETWORK, [])).toThrow('stem reads the image, and must stay float');
  });
});
