import { kernelShape, kernelValues } from './kernel.js';
import { quantizeKernel } from './quantize-kernel.js';
import { EMBEDDING, IMAGE, PROBS, type Activation, type Network, type NetworkNode, type Window } from './network.js';
import { DATA_TYPES, OnnxGraph, type OnnxAttribute } from './onnx-graph.js';

type NodeOf<K extends NetworkNode['kind']> = Extract<NetworkNode, { readonly kind: K }>;

/**
 * Writes a network as an ONNX file: the same network always gives the same bytes.
 *
 * Input `image` is [N, size, size, 3] of RGB bytes; outputs are `probs` [N, classes] and `embedding` [N, features].
 *
 * @param metadata texts kept in the file
 * @param observed tensors of [N, channels, rows, columns] that become outputs too
 */
export function emitOnnx(
  network: Network,
  name: string,
  metadata: Record<string, string>,
  observed: readonly string[] = [],
): Uint8Array {
  const emitter = new Emitter();
  const { size, classes, features } = network;
  emitter.graph.input({ name: IMAGE, type: 'uint8', shape: ['N', size, size, 3] });
  emitter.image();
  for (const [output, node] of network.nodes) emitter.emit(output, node);
  emitter.graph.output({ name: PROBS, type: 'float32', shape: ['N', classes] });
  emitter.graph.output({ name: EMBEDDING, type: 'float32', shape: ['N', features] });
  for (const tensor of observed) {
    const sides = ['channels', 'rows', 'columns'].map((side) => `${tensor}_${side}`);
    emitter.graph.output({ name: tensor, type: 'float32', shape: ['N', ...sides] });
  }
  return emitter.graph.finish(name, metadata);
}

class Emitter {
  readonly graph = new OnnxGraph();
  /** ONNX tensors by the network's names, where they differ. */
  private readonly renamed = new Map<string, string>();
  private readonly scalars = new Map<number, string>();

  /** RGB bytes, row by row, become float32 channels. */
  image(): void {
    const floats = this.graph.node('Cast', [IMAGE], 'image_float', { to: DATA_TYPES.float32 });
    this.renamed.set(IMAGE, this.graph.node('Transpose', [floats], 'image_channels', { perm: [0, 3, 1, 2] }));
  }

  emit(output: string, node: NetworkNode): void {
    switch (node.kind) {
      case 'conv':
      case 'dense':
        this.weighted(output, node);
        return;
      case 'quantize':
        this.quantize(output, node);
        return;
      case 'affine':
        this.affine(output, node);
        return;
      case 'max-pool':
        this.graph.node('MaxPool', [this.tensor(node.input)], output, windowAttributes(node.window));
        return;
      case 'average-pool':
        // TensorFlow's average leaves padding out of the count.
        this.graph.node('AveragePool', [this.tensor(node.input)], output, {
          ...windowAttributes(node.window),
          count_include_pad: 0,
        });
        return;
      case 'global-average-pool':
        this.graph.node('GlobalAveragePool', [this.tensor(node.input)], `${output}_pooled`);
        this.graph.node('Flatten', [`${output}_pooled`], output, { axis: 1 });
        return;
      case 'softmax':
        this.graph.node('Softmax', [this.tensor(node.input)], output, { axis: 1 });
        return;
      case 'add':
        this.graph.node('Add', this.tensors(node.inputs), output);
        return;
      case 'concat':
        this.graph.node('Concat', this.tensors(node.inputs), output, { axis: 1 });
        return;
    }
  }

  private weighted(output: string, node: NodeOf<'conv' | 'dense'>): void {
    const parameters =
      node.inputScale === undefined ? this.floats(output, node) : this.integers(output, node, node.inputScale);
    const inputs = [this.tensor(node.input), ...parameters];
    const result = node.activation === 'none' ? output : `${output}_linear`;
    if (node.kind === 'dense') this.graph.node('Gemm', inputs, result, { transB: 1 });
    else this.graph.node('Conv', inputs, result, { ...windowAttributes(node.window), group: node.groups });
    this.activation(output, result, node.activation);
  }

  private floats(output: string, { kernel, bias }: NodeOf<'conv' | 'dense'>): string[] {
    return [
      this.graph.constant(`${output}_weights`, kernelShape(kernel), kernelValues(kernel)),
      this.graph.constant(`${output}_bias`, [bias.length], Float32Array.from(bias)),
    ];
  }

  /** Weights and bias as integers that are scaled back channel by channel: what runtimes fuse with the operation. */
  private integers(output: string, { kernel, bias }: NodeOf<'conv' | 'dense'>, inputScale: number): string[] {
    const { weights, scales, biases, biasScales } = quantizeKernel(kernel, bias, inputScale);
    const scaledBack = (name: string, shape: readonly number[], values: Int8Array | Int32Array, by: Float32Array) => {
      const integers = this.graph.constant(`${name}_integers`, shape, values);
      const scale = this.graph.constant(`${name}_scales`, [by.length], by);
      return this.graph.node('DequantizeLinear', [integers, scale], name, { axis: 0 });
    };
    return [
      scaledBack(`${output}_weights`, kernelShape(kernel), weights, scales),
      scaledBack(`${output}_bias`, [bias.length], biases, biasScales),
    ];
  }

  /** Rounds to bytes and back: runtimes compute with the bytes where the neighbours allow it. */
  private quantize(output: string, { input, scale, zeroPoint }: NodeOf<'quantize'>): void {
    const by = [
      this.graph.constant(`${output}_scale`, [], Float32Array.of(scale)),
      this.graph.constant(`${output}_zero`, [], Uint8Array.of(zeroPoint)),
    ];
    const bytes = this.graph.node('QuantizeLinear', [this.tensor(input), ...by], `${output}_bytes`);
    this.graph.node('DequantizeLinear', [bytes, ...by], output);
  }

  private activation(output: string, input: string, activation: Activation): void {
    if (activation === 'relu') this.graph.node('Relu', [input], output);
    if (activation === 'relu6') this.graph.node('Clip', [input, this.scalar(0), this.scalar(6)], output);
  }

  private affine(output: string, { input, factor, offset }: NodeOf<'affine'>): void {
    const scaled =
      factor === 1
        ? this.tensor(input)
        : this.graph.node('Mul', [this.tensor(input), this.scalar(factor)], `${output}_scaled`);
    this.renamed.set(
      output,
      offset === 0 ? scaled : this.graph.node('Add', [scaled, this.scalar(offset)], `${output}_shifted`),
    );
  }

  private scalar(value: number): string {
    const known = this.scalars.get(value);
    if (known !== undefined) return known;
    const name = this.graph.constant(`scalar_${this.scalars.size}`, [], Float32Array.of(value));
    this.scalars.set(value, name);
    return name;
  }

  private tensor(name: string): string {
    return this.renamed.get(name) ?? name;
  }

  private tensors(names: readonly string[]): string[] {
    return names.map((name) => this.tensor(name));
  }
}

function windowAttributes({ size, strides, pads }: Window): Record<string, OnnxAttribute> {
  return { kernel_shape: size, strides, pads };
}
