import type { JsonField } from '../models/json.js';
import { NetworkBuilder, type Tensor } from './network-builder.js';
import type { Activation, Network, Pads, Pair } from './network.js';
import type { PackedModel, PackedWeight } from './packed-model.js';

/** What a layer gives: a tensor, and the rows and columns of zeros that a padding layer has put around it. */
interface Value {
  readonly tensor: Tensor;
  readonly pads?: Pads;
}

/** A network saved as Keras layers. */
export function networkFromKeras({ topology, weights }: PackedModel): Network {
  const config = topology.get('model_config').get('config');
  const layers = config.get('layers').items();
  const reader = new LayerReader(layers, weights);
  for (const layer of layers) reader.read(layer);
  return reader.finish(config.get('output_layers').items());
}

class LayerReader {
  private readonly builder: NetworkBuilder;
  private readonly values = new Map<string, Value>();
  /** How many layers read a layer's value. */
  private readonly readers = new Map<string, number>();
  private embedding: Tensor | undefined;

  constructor(
    layers: readonly JsonField[],
    private readonly weights: ReadonlyMap<string, PackedWeight>,
  ) {
    for (const name of layers.flatMap(inputNames)) this.readers.set(name, (this.readers.get(name) ?? 0) + 1);
    const input = layers.find((layer) => layer.get('class_name').text() === 'InputLayer');
    if (!input) throw new Error('the network has no input layer');
    const [, side] = input.get('config').get('batch_input_shape').items();
    this.builder = new NetworkBuilder(side?.integer(1) ?? 0);
  }

  read(layer: JsonField): void {
    this.values.set(layer.get('config').get('name').text(), this.valueOf(layer));
  }

  finish(outputs: readonly JsonField[]): Network {
    const [output] = outputs.map((item) => item.items()[0]?.text() ?? '');
    const value = this.values.get(output ?? '');
    if (outputs.length !== 1 || !value) throw new Error('the network must have one output');
    return this.builder.finish(value.tensor, this.embedding);
  }

  private valueOf(layer: JsonField): Value {
    const kind = layer.get('class_name').text();
    const config = layer.get('config');
    if (config.has('data_format')) config.get('data_format').oneOf(['channels_last'], 'channels_last');
    switch (kind) {
      case 'InputLayer':
        return { tensor: this.builder.image() };
      case 'ZeroPadding2D':
        return { tensor: this.input(layer), pads: padsOf(config.get('padding')) };
      case 'Dropout':
        return { tensor: this.input(layer) };
      case 'Flatten':
        return { tensor: this.flattened(layer) };
      case 'Conv2D':
      case 'DepthwiseConv2D':
        return { tensor: this.conv(layer, kind === 'Conv2D' ? 'conv' : 'depthwise') };
      case 'BatchNormalization':
        return { tensor: this.batchNorm(layer) };
      case 'ReLU':
      case 'Activation':
        return { tensor: this.builder.activate(this.onlyReader(layer), activationOf(layer)) };
      case 'Add':
      case 'Concatenate':
        return { tensor: this.combine(layer, kind === 'Add' ? 'add' : 'concat') };
      case 'MaxPooling2D':
      case 'AveragePooling2D':
        return { tensor: this.pool(layer, kind === 'MaxPooling2D' ? 'max-pool' : 'average-pool') };
      case 'Dense':
        return { tensor: this.dense(layer) };
      default:
        throw new Error(`layers of kind ${kind} are not supported`);
    }
  }

  private conv(layer: JsonField, layout: 'conv' | 'depthwise'): Tensor {
    const config = layer.get('config');
    const name = config.get('name').text();
    const { tensor, pads } = this.paddedInput(layer);
    const [vertical, horizontal] = pair(config.get('dilation_rate'));
    if (vertical !== 1 || horizontal !== 1) config.fail('has dilated kernels, which are not supported');
    config.get('activation').oneOf(['linear'], 'linear');
    const padding = config.get('padding').oneOf(['same', 'valid'], 'valid');
    if (pads && padding === 'same') config.fail('is padded twice');
    return this.builder.conv(name, tensor, {
      weights: this.weight(name, layout === 'conv' ? 'kernel' : 'depthwise_kernel'),
      layout,
      ...(config.get('use_bias').flag() ? { bias: this.weight(name, 'bias') } : {}),
      strides: pair(config.get('strides')),
      padding: pads ?? padding,
    });
  }

  private batchNorm(layer: JsonField): Tensor {
    const config = layer.get('config');
    const name = config.get('name').text();
    return this.builder.foldBatchNorm(this.onlyReader(layer), {
      mean: this.weight(name, 'moving_mean'),
      variance: this.weight(name, 'moving_variance'),
      ...(config.get('scale').flag() ? { gamma: this.weight(name, 'gamma') } : {}),
      ...(config.get('center').flag() ? { beta: this.weight(name, 'beta') } : {}),
      epsilon: config.get('epsilon').number(),
    });
  }

  private combine(layer: JsonField, kind: 'add' | 'concat'): Tensor {
    const tensors = inputNames(layer).map((name) => this.unpadded(name));
    return this.builder.combine(layer.get('config').get('name').text(), kind, tensors);
  }

  /** An average over the whole image gives the network's features. */
  private pool(layer: JsonField, kind: 'max-pool' | 'average-pool'): Tensor {
    const config = layer.get('config');
    const input = this.input(layer);
    const size = pair(config.get('pool_size'));
    const padding = config.get('padding').oneOf(['same', 'valid'], 'valid');
    if (kind === 'average-pool' && padding === 'valid' && size.join() === input.sides?.join()) {
      this.embedding = this.builder.embedding(input);
      return this.embedding;
    }
    const strides = pair(config.get('strides'));
    return this.builder.pool(config.get('name').text(), input, { kind, size, strides, padding });
  }

  private dense(layer: JsonField): Tensor {
    const config = layer.get('config');
    const name = config.get('name').text();
    const activation = config.get('activation').oneOf(['linear', 'relu', 'softmax'], 'linear');
    const output = this.builder.dense(name, this.input(layer), {
      weights: this.weight(name, 'kernel'),
      ...(config.get('use_bias').flag() ? { bias: this.weight(name, 'bias') } : {}),
      activation: activation === 'relu' ? 'relu' : 'none',
    });
    return activation === 'softmax' ? this.builder.probs(output) : output;
  }

  private flattened(layer: JsonField): Tensor {
    const input = this.input(layer);
    if (input.sides) layer.fail('flattens an image, which would need its weights reordered');
    return input;
  }

  /** The input of a layer that is folded into the one before: nothing else may read that. */
  private onlyReader(layer: JsonField): Tensor {
    const [name = ''] = inputNames(layer);
    if (this.readers.get(name) !== 1) layer.fail(`cannot be folded into ${name}, which other layers read too`);
    return this.input(layer);
  }

  private input(layer: JsonField): Tensor {
    return this.unpadded(inputNames(layer)[0] ?? '');
  }

  private unpadded(name: string): Tensor {
    const value = this.values.get(name);
    if (!value) throw new Error(`a layer reads ${name} before it is known`);
    if (value.pads) throw new Error(`${name} is padded, but not read by a convolution`);
    return value.tensor;
  }

  private paddedInput(layer: JsonField): Value {
    const [name = ''] = inputNames(layer);
    const value = this.values.get(name);
    return value?.pads ? value : { tensor: this.unpadded(name) };
  }

  private weight(layer: string, part: string): PackedWeight {
    const weight = this.weights.get(`${layer}/${part}`);
    if (!weight) throw new Error(`${layer} has no ${part}`);
    return weight;
  }
}

function inputNames(layer: JsonField): string[] {
  const [calls] = layer.get('inbound_nodes').items();
  return calls?.items().map((call) => call.items()[0]?.text() ?? '') ?? [];
}

function pair(field: JsonField): Pair {
  const [rows, columns] = field.items().map((item) => item.integer(0));
  return [rows ?? 0, columns ?? 0];
}

function padsOf(field: JsonField): Pads {
  const [vertical, horizontal] = field.items().map(pair);
  return [vertical?.[0] ?? 0, horizontal?.[0] ?? 0, vertical?.[1] ?? 0, horizontal?.[1] ?? 0];
}

function activationOf(layer: JsonField): Activation {
  const config = layer.get('config');
  if (layer.get('class_name').text() === 'Activation') return config.get('activation').oneOf(['relu'], 'relu');
  if (config.get('negative_slope').number() !== 0 || config.get('threshold').number() !== 0) config.fail('is leaky');
  if (!config.has('max_value')) return 'relu';
  if (config.get('max_value').number() !== 6) config.fail('is cut off elsewhere than at 6');
  return 'relu6';
}
