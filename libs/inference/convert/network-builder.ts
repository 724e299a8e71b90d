import { kernelOf, type KernelLayout } from './kernel.js';
import {
  EMBEDDING,
  IMAGE,
  IMAGE_SCALE,
  PROBS,
  type Activation,
  type Network,
  type NetworkNode,
  type Pair,
} from './network.js';
import { unpack, type PackedWeight } from './packed-model.js';
import { placesOf, windowOver, type Padding } from './window.js';

/** The result of an operation: an image of `channels`, or a row of `channels` numbers when it has no `sides`. */
export interface Tensor {
  readonly name: string;
  readonly channels: number;
  readonly sides?: Pair;
}

export interface ConvSpec {
  readonly weights: PackedWeight;
  readonly layout: Exclude<KernelLayout, 'dense'>;
  readonly bias?: PackedWeight;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly activation?: Activation;
}

export interface PoolSpec {
  readonly kind: 'max-pool' | 'average-pool';
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

/** `y = (x − mean) × gamma / √(variance + epsilon) + beta`, per channel. */
export interface BatchNorm {
  readonly mean: PackedWeight;
  readonly variance: PackedWeight;
  readonly gamma?: PackedWeight;
  readonly beta?: PackedWeight;
  readonly epsilon: number;
}

/** Puts a network together, operation by operation, working out shapes. Throws when a part does not fit. */
export class NetworkBuilder {
  private readonly nodes = new Map<string, NetworkNode>();

  constructor(private readonly size: number) {}

  image(): Tensor {
    return { name: IMAGE, channels: 3, sides: [this.size, this.size] };
  }

  conv(name: string, input: Tensor, spec: ConvSpec): Tensor {
    const { weights, layout, strides, activation = 'none' } = spec;
    const kernel = kernelOf(weights, layout, input.name === IMAGE ? IMAGE_SCALE : 1);
    const channels = kernel.factors.length;
    const [rows = 0, columns = 0] = weights.shape;
    const sides = sidesOf(input);
    const window = windowOver(sides, [rows, columns], strides, spec.padding);
    if (weights.shape[2] !== input.channels) throw new Error(`${name}: ${input.name} has ${input.channels} channels`);
    this.nodes.set(name, {
      kind: 'conv',
      input: input.name,
      kernel,
      bias: biasOf(spec.bias, channels),
      window,
      groups: layout === 'depthwise' ? channels : 1,
      activation,
    });
    return { name, channels, sides: placesOf(sides, window) };
  }

  dense(name: string, input: Tensor, spec: Pick<ConvSpec, 'weights' | 'bias' | 'activation'>): Tensor {
    const { weights, activation = 'none' } = spec;
    const channels = weights.shape[1] ?? 0;
    if (input.sides || weights.shape[0] !== input.channels) throw new Error(`${name}: ${input.name} does not fit`);
    const [kernel, bias] = [kernelOf(weights, 'dense'), biasOf(spec.bias, channels)];
    this.nodes.set(name, { kind: 'dense', input: input.name, kernel, bias, activation });
    return { name, channels };
  }

  /** `x × factor + offset` on every value. */
  affine(name: string, input: Tensor, factor: number, offset: number): Tensor {
    const scale = input.name === IMAGE ? IMAGE_SCALE : 1;
    this.nodes.set(name, { kind: 'affine', input: input.name, factor: factor * scale, offset });
    return { ...input, name };
  }

  pool(name: string, input: Tensor, { kind, size, strides, padding }: PoolSpec): Tensor {
    const sides = sidesOf(input);
    const window = windowOver(sides, size, strides, padding);
    this.nodes.set(name, { kind, input: this.scaled(input), window });
    return { name, channels: input.channels, sides: placesOf(sides, window) };
  }

  /** The mean of each channel: the network's features. */
  embedding(input: Tensor): Tensor {
    this.nodes.set(EMBEDDING, { kind: 'global-average-pool', input: this.scaled(input) });
    return { name: EMBEDDING, channels: input.channels };
  }

  combine(name: string, kind: 'add' | 'concat', inputs: readonly Tensor[]): Tensor {
    const [first] = inputs;
    if (first === undefined) throw new Error(`${name} has no inputs`);
    const all = inputs.map((input) => input.channels);
    if (inputs.some((input) => input.sides?.join() !== first.sides?.join())) throw new Error(`${name}: sides differ`);
    if (kind === 'add' && new Set(all).size !== 1) throw new Error(`${name}: channels differ`);
    this.nodes.set(name, { kind, inputs: inputs.map((input) => this.scaled(input)) });
    return { ...first, name, channels: kind === 'add' ? first.channels : all.reduce((sum, count) => sum + count, 0) };
  }

  probs(input: Tensor): Tensor {
    this.nodes.set(PROBS, { kind: 'softmax', input: this.scaled(input) });
    return { name: PROBS, channels: input.channels };
  }

  /** Folds a batch normalisation into the convolution that made `input`; no other operation may read that. */
  foldBatchNorm(input: Tensor, { mean, variance, gamma, beta, epsilon }: BatchNorm): Tensor {
    const node = this.nodes.get(input.name);
    if (node?.kind !== 'conv' || node.activation !== 'none') throw new Error(`${input.name} takes no normalisation`);
    const [means, variances] = [unpack(mean), unpack(variance)];
    const [gammas, betas] = [gamma && unpack(gamma), beta && unpack(beta)];
    const factors = Float64Array.from(
      variances,
      (value, c) => (gammas ? at(gammas, c) : 1) / Math.sqrt(value + epsilon),
    );
    this.nodes.set(input.name, {
      ...node,
      kernel: { ...node.kernel, factors: node.kernel.factors.map((factor, c) => factor * at(factors, c)) },
      bias: node.bias.map((bias, c) => (bias - at(means, c)) * at(factors, c) + (betas ? at(betas, c) : 0)),
    });
    return input;
  }

  /** Gives the operation that made `input` an activation; no other operation may read that. */
  activate(input: Tensor, activation: Activation): Tensor {
    const node = this.nodes.get(input.name);
    if (node?.kind !== 'conv' || node.activation !== 'none') throw new Error(`${input.name} takes no activation`);
    this.nodes.set(input.name, { ...node, activation });
    return input;
  }

  /** @param probs the network's answer: made by `probs`, from an `embedding` */
  finish(probs: Tensor, embedding: Tensor | undefined): Network {
    if (probs.name !== PROBS || embedding?.name !== EMBEDDING) throw new Error('the network is no image classifier');
    return { size: this.size, nodes: this.nodes, classes: probs.channels, features: embedding.channels };
  }

  /** The name of an input of an operation that cannot scale the image's 0..255. */
  private scaled(input: Tensor): string {
    if (input.name === IMAGE) throw new Error('the image must be read by a convolution or an affine operation');
    return input.name;
  }
}

function sidesOf(input: Tensor): Pair {
  if (!input.sides) throw new Error(`${input.name} is not an image`);
  return input.sides;
}

function biasOf(bias: PackedWeight | undefined, channels: number): Float64Array {
  if (!bias) return new Float64Array(channels);
  if (bias.bytes.length !== channels) throw new Error(`${bias.name} has ${bias.bytes.length} values, not ${channels}`);
  return Float64Array.from(unpack(bias));
}

function at(values: Float32Array | Float64Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`a normalisation has ${values.length} channels`);
  return value;
}
