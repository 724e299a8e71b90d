import type { Pads, Pair, Window } from './network.js';

export type Padding = 'same' | 'valid' | Pads;

/** A window over an image, with TensorFlow's padding worked out. */
export function windowOver(image: Pair, size: Pair, strides: Pair, padding: Padding): Window {
  if (padding === 'valid') return { size, strides, pads: [0, 0, 0, 0] };
  if (padding !== 'same') return { size, strides, pads: padding };
  const [top, bottom] = samePadding(image[0], size[0], strides[0]);
  const [left, right] = samePadding(image[1], size[1], strides[1]);
  return { size, strides, pads: [top, left, bottom, right] };
}

/** How many places the window takes on the image, down and across. */
export function placesOf(image: Pair, { size, strides, pads }: Window): Pair {
  return [
    Math.floor((image[0] + pads[0] + pads[2] - size[0]) / strides[0]) + 1,
    Math.floor((image[1] + pads[1] + pads[3] - size[1]) / strides[1]) + 1,
  ];
}

/** TensorFlow's `SAME`: ceil(side / stride) places; an odd pixel of padding comes after the image. */
function samePadding(side: number, size: number, stride: number): Pair {
  const total = Math.max((Math.ceil(side / stride) - 1) * stride + size - side, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
