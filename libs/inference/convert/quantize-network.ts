import type { Calibration, Range } from './calibration.js';
import { IMAGE, type Network, type NetworkNode, type Quantization } from './network.js';

type Quantizable = Extract<NetworkNode, { readonly kind: 'conv' | 'add' | 'concat' | 'max-pool' | 'average-pool' }>;

const BYTE_MAX = 255;

/**
 * Makes a network compute with bytes: inputs and outputs of its convolutions, sums and pools are rounded to uint8
 * within their calibrated ranges, weights to int8 (Jacob et al. 2018). What the calibration names as float stays
 * float32, and so do the layers behind the pooled features.
 *
 * An activation becomes part of the rounding: its range begins at zero and ends at 6 or before.
 *
 * @throws Error when the calibration does not fit the network
 */
export function quantizeNetwork(network: Network, { float, ranges }: Omit<Calibration, 'views'>): Network {
  checkNames(network, float);
  const quantizer = new Quantizer(ranges);
  for (const [name, node] of network.nodes) {
    if (float.includes(name) || !isQuantizable(node)) quantizer.nodes.set(name, node);
    else quantizer.quantize(name, node);
  }
  return { ...network, nodes: quantizer.nodes };
}

/**
 * The tensors that a calibration must have ranges for.
 *
 * @param float operations that stay float32
 * @throws Error when an operation that is to be quantized reads the image itself: the stem stays float32
 */
export function tensorsToRound(network: Network, float: readonly string[]): string[] {
  checkNames(network, float);
  const names = new Set<string>();
  const isQuantized = (name: string): boolean => {
    const node = network.nodes.get(name);
    return node !== undefined && !float.includes(name) && isQuantizable(node);
  };
  for (const [name, node] of network.nodes) {
    if (!isQuantizable(node) || float.includes(name)) continue;
    for (const input of inputsOf(node)) {
      const isImage = input === IMAGE || network.nodes.get(input)?.kind === 'affine';
      if (isImage) throw new Error(`${name} reads the image, and must stay float`);
      if (!isQuantized(input)) names.add(input);
    }
    if (!isPool(node)) names.add(name);
  }
  return [...names];
}

function checkNames(network: Network, float: readonly string[]): void {
  const unknown = float.filter((name) => !network.nodes.has(name));
  if (unknown.length > 0) throw new Error(`the network has no ${unknown.join(', ')} to keep float`);
}

const KINDS: readonly NetworkNode['kind'][] = ['conv', 'add', 'concat', 'max-pool', 'average-pool'];

function isQuantizable(node: NetworkNode): node is Quantizable {
  return KINDS.includes(node.kind);
}

const inputsOf = (node: Quantizable): readonly string[] => ('inputs' in node ? node.inputs : [node.input]);

const isPool = (node: NetworkNode): boolean => node.kind === 'max-pool' || node.kind === 'average-pool';

class Quantizer {
  readonly nodes = new Map<string, NetworkNode>();
  /** Of each tensor that is rounded, by its name. */
  private readonly quantizations = new Map<string, Quantization>();

  constructor(private readonly ranges: Calibration['ranges']) {}

  quantize(name: string, node: Quantizable): void {
    const exact = `${name}_exact`;
    const inputs = inputsOf(node).map((input) => this.rounded(input));
    const [input = '', quantization = quantizationOver([0, 1])] = [inputs[0], this.quantizations.get(inputs[0] ?? '')];
    if (node.kind === 'conv') {
      this.nodes.set(exact, { ...node, input, inputScale: quantization.scale, activation: 'none' });
    } else {
      this.nodes.set(exact, 'inputs' in node ? { ...node, inputs } : { ...node, input });
    }
    // A pool does not leave the range of its input; with the same steps a maximum of bytes needs no rounding at all.
    this.round(name, exact, isPool(node) ? quantization : this.quantizationOf(name));
  }

  /** The name of the tensor rounded to bytes, which it may be already. */
  private rounded(name: string): string {
    if (this.quantizations.has(name)) return name;
    const rounded = `${name}_rounded`;
    if (!this.quantizations.has(rounded)) this.round(rounded, name, this.quantizationOf(name));
    return rounded;
  }

  private round(name: string, input: string, quantization: Quantization): void {
    this.nodes.set(name, { kind: 'quantize', input, ...quantization });
    this.quantizations.set(name, quantization);
  }

  private quantizationOf(name: string): Quantization {
    const range = this.ranges[name];
    if (!range) throw new Error(`the calibration has no range for ${name}`);
    return quantizationOver(range);
  }
}

/** The steps that cover a range, with zero on one of them: padding is zero, and must stay it. */
function quantizationOver([low, high]: Range): Quantization {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround((to - from) / BYTE_MAX);
  return { scale, zeroPoint: Math.min(BYTE_MAX, Math.round((0 - from) / scale)) };
}
