import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelManifest } from '../models/manifest.js';
import type { Calibration, Range } from './calibration.js';
import { clipRange, type Histogram } from './clip-range.js';
import { networkOf } from './convert-model.js';
import { emitOnnx } from './emit.js';
import { IMAGE } from './network.js';
import { tensorsToRound } from './quantize-network.js';

/** Ranges are not known better than this, and the table stays readable. */
const DIGITS = 6;
const HISTOGRAM_PARTS = 2048;

type OnTensor = (name: string, values: Float32Array) => void;

/**
 * Runs the float32 network over views, twice, and chooses the range of each tensor that is to be rounded by what it
 * holds. Blocks its thread while it runs.
 *
 * @param views each `size × size × 3` bytes of RGB
 * @param float operations that stay float32
 * @param onRun called after each of two runs for each view
 */
export async function observeRanges(
  manifest: ModelManifest,
  views: readonly Uint8Array[],
  float: readonly string[],
  onRun: () => void = () => undefined,
): Promise<Calibration> {
  const network = networkOf(manifest);
  const tensors = tensorsToRound(network, float);
  const session = await InferenceSession.create(emitOnnx(network, manifest.name, {}, tensors), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
  });
  const runAll = async (onTensor: OnTensor): Promise<void> => {
    for (const view of views) {
      const image = new Tensor('uint8', view, [1, network.size, network.size, 3]);
      const values = await session.run({ [IMAGE]: image }, tensors);
      for (const name of tensors) onTensor(name, floatsOf(values[name]));
      onRun();
    }
  };
  try {
    const histograms = await histogramsOf(runAll);
    const ranges = [...histograms].map(([name, histogram]): [string, Range] => [name, rangeOf(histogram)]);
    return { views: views.length, float, ranges: Object.fromEntries(ranges) };
  } finally {
    await session.release();
  }
}

async function histogramsOf(runAll: (onTensor: OnTensor) => Promise<void>): Promise<Map<string, Histogram>> {
  const histograms = new Map<string, Histogram>();
  await runAll((name, values) => {
    const range = widened(histograms.get(name)?.range, values);
    histograms.set(name, { range, counts: new Float64Array(HISTOGRAM_PARTS) });
  });
  await runAll((name, values) => {
    const histogram = histograms.get(name);
    if (histogram) count(histogram, values);
  });
  return histograms;
}

function widened([low, high]: Range = [Infinity, -Infinity], values: Float32Array): Range {
  let [least, most] = [low, high];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function count({ range: [low, high], counts }: Histogram, values: Float32Array): void {
  const perValue = counts.length / (high - low);
  for (const value of values) {
    const part = Math.min(counts.length - 1, Math.floor((value - low) * perValue));
    counts[part] = (counts[part] ?? 0) + 1;
  }
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError('an observed tensor holds no float32');
  return tensor.data;
}

function rangeOf(histogram: Histogram): Range {
  const [low, high] = clipRange(histogram);
  return [Number(low.toPrecision(DIGITS)), Number(high.toPrecision(DIGITS))];
}
