import type { JsonField } from '../models/json.js';
import { NetworkBuilder, type Tensor } from './network-builder.js';
import type { Activation, Network } from './network.js';
import { unpack, type PackedModel, type PackedWeight } from './packed-model.js';

/** A network saved as a TensorFlow graph whose batch normalisations are folded already. */
export function networkFromGraphModel({ topology, weights }: PackedModel): Network {
  const nodes = topology.get('node').items();
  const placeholder = nodes.find((node) => node.get('op').text() === 'Placeholder');
  if (!placeholder) throw new Error('the graph has no input');
  const reader = new GraphReader(sideOf(placeholder), weights);
  for (const node of nodes) reader.read(node);
  return reader.finish();
}

class GraphReader {
  private readonly builder: NetworkBuilder;
  private readonly tensors = new Map<string, Tensor>();
  private output: Tensor | undefined;
  private embedding: Tensor | undefined;

  constructor(
    size: number,
    private readonly weights: ReadonlyMap<string, PackedWeight>,
  ) {
    this.builder = new NetworkBuilder(size);
  }

  read(node: JsonField): void {
    const operator = node.get('op').text();
    if (operator === 'Const') return;
    this.output = this.tensorOf(node, operator);
    this.tensors.set(node.get('name').text(), this.output);
  }

  finish(): Network {
    if (!this.output) throw new Error('the graph is empty');
    return this.builder.finish(this.output, this.embedding);
  }

  private tensorOf(node: JsonField, operator: string): Tensor {
    switch (operator) {
      case 'Placeholder':
        return this.builder.image();
      case 'Mul':
        return this.builder.affine(this.nextName('mul'), this.input(node), this.scalar(node), 0);
      case 'Sub':
        return this.builder.affine(this.nextName('sub'), this.input(node, 0), 1, -this.scalar(node));
      case '_FusedConv2D':
        return this.conv(node, 'conv');
      case 'FusedDepthwiseConv2dNative':
        return this.conv(node, 'depthwise');
      case 'AddV2':
        return this.builder.combine(this.nextName('add'), 'add', [this.input(node, 0), this.input(node, 1)]);
      case 'AvgPool':
        return this.pool(node);
      case 'Squeeze':
      case 'Identity':
        return this.input(node);
      case '_FusedMatMul':
        return this.dense(node);
      case 'Softmax':
        return this.builder.probs(this.input(node));
      default:
        throw new Error(`operators of kind ${operator} are not supported`);
    }
  }

  private conv(node: JsonField, layout: 'conv' | 'depthwise'): Tensor {
    const attributes = node.get('attr');
    if (attributeText(attributes.get('data_format')) !== 'NHWC') node.fail('has another layout than NHWC');
    if (integers(attributes.get('dilations')).some((dilation) => dilation !== 1)) node.fail('has dilated kernels');
    const [, vertical = 1, horizontal = 1] = integers(attributes.get('strides'));
    const padding = attributeText(attributes.get('padding'));
    if (padding !== 'SAME' && padding !== 'VALID') node.fail(`has padding ${padding}`);
    return this.builder.conv(this.nextName('conv'), this.input(node, 0), {
      weights: this.weight(node, 1),
      layout,
      bias: this.weight(node, 2),
      strides: [vertical, horizontal],
      padding: padding === 'SAME' ? 'same' : 'valid',
      activation: fusedActivation(node),
    });
  }

  /** Only an average over the whole image, which gives the network's features. */
  private pool(node: JsonField): Tensor {
    const input = this.input(node);
    const [, rows, columns] = integers(node.get('attr').get('ksize'));
    if (`${rows},${columns}` !== input.sides?.join()) node.fail('does not average over the whole image');
    this.embedding = this.builder.embedding(input);
    return this.embedding;
  }

  private dense(node: JsonField): Tensor {
    const attributes = node.get('attr');
    if (attributes.get('transpose_a').get('b').flag() || attributes.get('transpose_b').get('b').flag()) {
      node.fail('multiplies a transposed matrix');
    }
    return this.builder.dense(this.nextName('dense'), this.input(node, 0), {
      weights: this.weight(node, 1),
      bias: this.weight(node, 2),
      activation: fusedActivation(node),
    });
  }

  /** @param index which input; without it, the only one that is not a weight */
  private input(node: JsonField, index?: number): Tensor {
    const names = inputNames(node);
    const name = index === undefined ? names.find((candidate) => this.tensors.has(candidate)) : names[index];
    const tensor = this.tensors.get(name ?? '');
    if (!tensor) throw new Error(`${node.get('name').text()} reads ${name}, which is not known`);
    return tensor;
  }

  private weight(node: JsonField, index: number): PackedWeight {
    const name = inputNames(node)[index] ?? '';
    const weight = this.weights.get(name);
    if (!weight) throw new Error(`${node.get('name').text()} reads the weight ${name}, which is not known`);
    return weight;
  }

  private scalar(node: JsonField): number {
    const weight = inputNames(node).flatMap((name) => this.weights.get(name) ?? []);
    const [value, ...others] = weight[0] ? unpack(weight[0]) : [];
    if (value === undefined || others.length > 0) throw new Error(`${node.get('name').text()} takes no single number`);
    return value;
  }

  private nextName(kind: string): string {
    return `${kind}_${this.tensors.size}`;
  }
}

function sideOf(placeholder: JsonField): number {
  const [, rows] = placeholder.get('attr').get('shape').get('shape').get('dim').items();
  return Number(rows?.get('size').text());
}

/** Names of the tensors a node reads; `:0` is a node's first output. */
function inputNames(node: JsonField): string[] {
  const inputs = node.get('input').items();
  return inputs.map((input) => input.text().replace(/:0$/, ''));
}

function integers(attribute: JsonField): number[] {
  const items = attribute.get('list').get('i').items();
  return items.map((item) => Number(item.text({ matches: /^-?\d+$/, as: 'an integer' })));
}

/** Texts are stored as base64. */
const decode = (field: JsonField): string => Buffer.from(field.text(), 'base64').toString();

const attributeText = (attribute: JsonField): string => decode(attribute.get('s'));

function fusedActivation(node: JsonField): Activation {
  const [first, second, ...others] = node.get('attr').get('fused_ops').get('list').get('s').items().map(decode);
  const known = first === 'BiasAdd' && others.length === 0;
  if (known && second === undefined) return 'none';
  if (known && second === 'Relu') return 'relu';
  if (known && second === 'Relu6') return 'relu6';
  throw new Error(`${node.get('name').text()} is fused with other operators than a bias and a rectifier`);
}
