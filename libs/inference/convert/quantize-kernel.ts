import { kernelShape, kernelValues, type Kernel } from './kernel.js';

/** Weights and bias as integers: `weight = integer × scale` and `bias = integer × biasScale`, per output channel. */
export interface QuantizedKernel {
  /** In ONNX's order of axes, -127..127. */
  readonly weights: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Int32Array;
  /** The input's scale times the weights' scales: then sums of products and bias are added as integers. */
  readonly biasScales: Float32Array;
}

/** -128 is left out, so that zero stays in the middle. */
const WEIGHT_MAX = 127;
/** Half of what an int32 holds: the other half is for the sum of products. */
const BIAS_MAX = 2 ** 30;
/** Of a channel without weights: far from the numbers that float32 cannot hold, times an input's scale, too. */
const SCALE_MIN = 2 ** -100;
/** How far, in steps, a shipped zero may lie from a whole number: the rounding of `min` and `scale`. */
const GRID_TOLERANCE = 1e-3;

/**
 * Rounds a kernel to int8, symmetric around zero, one scale per output channel (Jacob et al. 2018, section 3).
 * A channel whose shipped steps of one byte fit into int8 keeps them, and loses nothing.
 *
 * @param inputScale what one step of the operation's input is worth
 */
export function quantizeKernel(kernel: Kernel, bias: Float64Array, inputScale: number): QuantizedKernel {
  const [channels = 0, ...rest] = kernelShape(kernel);
  const values = kernelValues(kernel);
  const length = rest.reduce((product, side) => product * side, 1);
  const weights = new Int8Array(values.length);
  const [scales, biasScales] = [new Float32Array(channels), new Float32Array(channels)];
  const biases = new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const row = values.subarray(channel * length, (channel + 1) * length);
    const offset = bias[channel] ?? 0;
    const scale = Math.fround(scaleOf(row, stepOf(kernel, channel), Math.abs(offset) / (BIAS_MAX * inputScale)));
    const biasScale = Math.fround(scale * inputScale);
    weights.set(
      row.map((value) => Math.round(value / scale)),
      channel * length,
    );
    scales[channel] = scale;
    biasScales[channel] = biasScale;
    biases[channel] = Math.round(offset / biasScale);
  }
  return { weights, scales, biases, biasScales };
}

/** @param least the smallest scale at which the bias fits */
function scaleOf(row: Float32Array, step: number | undefined, least: number): number {
  const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const full = largest / WEIGHT_MAX;
  const fits = step !== undefined && Math.round(largest / step) <= WEIGHT_MAX;
  return Math.max(fits ? step : full, least, SCALE_MIN);
}

/** What one step of the shipped bytes is worth in a channel; undefined when zero is none of the steps. */
function stepOf({ packed, factors }: Kernel, channel: number): number | undefined {
  const zero = packed.min / packed.scale;
  const step = Math.abs(packed.scale * (factors[channel] ?? 1));
  return step > 0 && Math.abs(zero - Math.round(zero)) < GRID_TOLERANCE ? step : undefined;
}
