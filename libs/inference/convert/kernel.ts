import { unpack, type PackedWeight } from './packed-model.js';

/** TensorFlow's axes: `conv` is [rows, columns, in, out], `depthwise` [rows, columns, channels, 1], `dense` [in, out]. */
export type KernelLayout = 'conv' | 'depthwise' | 'dense';

/** Weights as shipped, and what each output channel of them is multiplied by. */
export interface Kernel {
  readonly packed: PackedWeight;
  readonly layout: KernelLayout;
  /** One factor per output channel. */
  readonly factors: Float64Array;
  /** One factor per input channel, for what reads scaled channels. */
  readonly inputFactors?: Float64Array;
}

interface Axes {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** @param factor what the whole kernel is multiplied by */
export function kernelOf(packed: PackedWeight, layout: KernelLayout, factor = 1): Kernel {
  return { packed, layout, factors: new Float64Array(axesOf(packed, layout).outputs).fill(factor) };
}

/** The kernel's shape in ONNX's order of axes: [out, in, rows, columns], or [out, in] of a dense layer. */
export function kernelShape({ packed, layout }: Kernel): number[] {
  const { rows, columns, inputs, outputs } = axesOf(packed, layout);
  return layout === 'dense' ? [outputs, inputs] : [outputs, inputs, rows, columns];
}

/** The kernel's values in ONNX's order, each rounded once to float32. */
export function kernelValues({ packed, layout, factors, inputFactors }: Kernel): Float32Array {
  const { rows, columns, inputs, outputs } = axesOf(packed, layout);
  const source = unpack(packed);
  const values = new Float32Array(source.length);
  const cells = rows * columns;
  for (let output = 0; output < outputs; output++) {
    const factor = factors[output] ?? 1;
    for (let input = 0; input < inputs; input++) {
      const both = factor * (inputFactors?.[input] ?? 1);
      for (let cell = 0; cell < cells; cell++) {
        const value = source[(cell * inputs + input) * outputs + output] ?? 0;
        values[(output * inputs + input) * cells + cell] = value * both;
      }
    }
  }
  return values;
}

function axesOf({ name, shape }: PackedWeight, layout: KernelLayout): Axes {
  const [first, second, third, fourth] = layout === 'dense' ? [1, 1, ...shape] : shape;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error(`${name}: ${shape.join(' × ')} is no kernel`);
  }
  const [rows, columns] = [first, second];
  if (layout !== 'depthwise') return { rows, columns, inputs: third, outputs: fourth };
  if (fourth !== 1) throw new Error(`${name}: ${fourth} filters per channel are not supported`);
  return { rows, columns, inputs: 1, outputs: third };
}
