import type { Preprocessing } from '#contracts/prepared-image.js';
import { resizeBilinear } from '#imaging/bilinear.js';
import { decodeFrame } from '#imaging/decode-frame.js';
import { referenceView } from '#imaging/frame-views.js';
import { isDecodedShrunk } from '#imaging/shrunk-jpeg.js';
import { openUntrusted } from '#imaging/sharp-settings.js';

import type { BenchImage } from './bench-image.js';

/** One way from bytes to the model's input. */
export interface Candidate {
  readonly name: string;
  /** One view, on white, of the frame that is shown first: `size × size × 3` bytes. */
  view(image: BenchImage, size: number): Promise<Uint8Array>;
}

type Kernel = 'nearest' | 'linear' | 'cubic' | 'lanczos3';
type Opened = ReturnType<typeof openUntrusted>;

const PIXELS_MAX = 100_000_000;
const KERNELS: readonly Kernel[] = ['nearest', 'linear', 'cubic', 'lanczos3'];

/** Sides of the intermediate picture, at least, of a decode at a fraction of the size. */
const INTERMEDIATE_SIDES = [224, 299, 336, 448];
/** With these divisors sharp decodes at 1/8, 1/4 and 1/2, and reduces what is left by as little as it can be made to. */
const DIVISORS = [9, 5, 3];

export const REFERENCE: Candidate = ours('reference resize of the full decode', 'full');
export const SHRUNK: Candidate = ours('`shrunk-jpeg`: 2 × the view left, nearest', 'shrunk-jpeg');

/** The reference first; all others are compared with it. */
export function recipeCandidates(): readonly Candidate[] {
  return [
    REFERENCE,
    SHRUNK,
    {
      name: 'JPEG at 1 × the view left, nearest',
      view: (image, size) => (isLarge(image, 3 * size) ? reduced(image, size, 'nearest') : REFERENCE.view(image, size)),
    },
    ...INTERMEDIATE_SIDES.map((side): Candidate => ({
      name: `fraction with ≥ ${side} left, nearest, then reference resize`,
      view: (image, size) => throughFraction(image, size, side),
    })),
    {
      name: '448 × 448 by sharp, linear, then reference resize',
      view: async (image, size) => {
        if (Math.min(image.width, image.height) <= 448) return REFERENCE.view(image, size);
        return resizeBilinear(await reduced(image, 448, 'linear'), 448, 448, size);
      },
    },
    {
      name: 'affine by libvips, bilinear, of the full decode',
      view: ({ bytes, width, height }, size) =>
        pixelsOf(
          open(bytes).affine(
            [
              [size / width, 0],
              [0, size / height],
            ],
            { interpolator: 'bilinear' },
          ),
        ),
    },
    {
      name: 'the picture moved by one pixel, reference',
      view: async ({ bytes, width, height }, size) => {
        const [across, down] = [width - 1, height - 1];
        const moved = open(bytes).extract({ left: 1, top: 1, width: across, height: down });
        return resizeBilinear(await pixelsOf(moved), across, down, size);
      },
    },
    ...KERNELS.map((kernel): Candidate => ({
      name: `sharp, ${kernel}`,
      view: (image, size) => reduced(image, size, kernel),
    })),
  ];
}

/** What the product does, one frame of it. */
function ours(name: string, decode: 'full' | 'shrunk-jpeg'): Candidate {
  return {
    name,
    view: async (image, size) => {
      const recipe: Preprocessing = {
        size,
        decode,
        resize: 'bilinear-align-corners',
        framesScoredMax: 1,
        backgrounds: ['white'],
      };
      const sampled = isDecodedShrunk(image.bytes, image, recipe) ? { sampleSize: size } : {};
      const frame = await decodeFrame(image.bytes, { pixelsMax: PIXELS_MAX, ...sampled });
      const view = frame && referenceView(frame, 'white', size);
      if (view === undefined) throw new Error('an image of the benchmark cannot be decoded');
      return view;
    },
  };
}

const isLarge = ({ mediaType, width, height }: BenchImage, side: number): boolean =>
  mediaType === 'image/jpeg' && Math.min(width, height) >= side;

async function throughFraction(image: BenchImage, size: number, side: number): Promise<Uint8Array> {
  const divisor = DIVISORS.find((one) => isLarge(image, side * one));
  if (divisor === undefined) return REFERENCE.view(image, size);
  const [width, height] = [Math.floor(image.width / divisor), Math.floor(image.height / divisor)];
  const resized = open(image.bytes).resize(width, height, { fit: 'fill', kernel: 'nearest' });
  return resizeBilinear(await pixelsOf(resized), width, height, size);
}

const reduced = ({ bytes }: BenchImage, size: number, kernel: Kernel): Promise<Uint8Array> =>
  pixelsOf(open(bytes).resize(size, size, { fit: 'fill', kernel }));

/** Of some photographs only the lenient decoder shows all. */
const open = (bytes: Buffer): Opened => openUntrusted(bytes, { strictness: 'truncated', pixelsMax: PIXELS_MAX });

const pixelsOf = (image: Opened): Promise<Uint8Array> =>
  image.flatten({ background: 'white' }).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer();
