import type { Kernel } from './kernel.js';

/** Height and width. */
export type Pair = readonly [number, number];

/** Rows above, columns left, rows below, columns right: ONNX's order. */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

/** How a window slides over an image. */
export interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
}

export type Activation = 'none' | 'relu' | 'relu6';

/** How numbers become bytes: `byte = clamp(round(number / scale) + zeroPoint, 0, 255)`, and back without the rounding. */
export interface Quantization {
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The scale of a quantized input. Present where the weights are to be int8. */
type InputScale = Quantization['scale'];

/** One operation, named by its output tensor. */
export type NetworkNode =
  | {
      readonly kind: 'conv';
      readonly input: string;
      readonly kernel: Kernel;
      readonly bias: Float64Array;
      readonly window: Window;
      readonly groups: number;
      readonly activation: Activation;
      readonly inputScale?: InputScale;
    }
  | {
      readonly kind: 'dense';
      readonly input: string;
      readonly kernel: Kernel;
      readonly bias: Float64Array;
      readonly activation: Activation;
      readonly inputScale?: InputScale;
    }
  | ({ readonly kind: 'quantize'; readonly input: string } & Quantization)
  | { readonly kind: 'affine'; readonly input: string; readonly factor: number; readonly offset: number }
  | { readonly kind: 'max-pool' | 'average-pool'; readonly input: string; readonly window: Window }
  | { readonly kind: 'global-average-pool' | 'softmax'; readonly input: string }
  | { readonly kind: 'add' | 'concat'; readonly inputs: readonly string[] };

/** An image classifier: operations in an order in which they can be computed, images as channels × rows × columns. */
export interface Network {
  /** Side of the square input in pixels. Its tensor `image` holds 0..255. */
  readonly size: number;
  readonly nodes: ReadonlyMap<string, NetworkNode>;
  /** Number of classes: the length of a row of `probs`. */
  readonly classes: number;
  /** Length of a row of `embedding`, the pooled features. */
  readonly features: number;
}

export const IMAGE = 'image';
export const PROBS = 'probs';
export const EMBEDDING = 'embedding';

/** The networks were trained on 0..1, `image` holds 0..255: whatever reads it is scaled by this. */
export const IMAGE_SCALE = 1 / 255;
