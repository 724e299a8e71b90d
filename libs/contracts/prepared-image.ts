import type { MediaType } from './media-type.js';

/** Every way to decode that a recipe can name. */
export const DECODES = ['full', 'shrunk-jpeg'] as const;

/**
 * How much of what is stored is decoded:
 * `full`: every pixel;
 * `shrunk-jpeg`: a JPEG with sides of at least 4 × `size` at 1/2, 1/4 or 1/8 of them, at the least fraction that leaves
 * 2 × `size` of the shorter one; of that the pixel nearest to each place of the view is taken, and `resize` is not
 * asked. Everything else in full.
 */
export type Decode = (typeof DECODES)[number];

/** How an image becomes the model's input. Part of a model version: another recipe is another version. */
export interface Preprocessing {
  /** Side of the square input in pixels; the aspect ratio is ignored. */
  readonly size: number;
  /** Left out: `full`. */
  readonly decode?: Decode;
  /** TensorFlow's bilinear resize with `align_corners`, not antialiased, rounded to one grey level. */
  readonly resize: 'bilinear-align-corners';
  /** How many frames of an animation are scored: the first, the last and evenly spaced ones between. */
  readonly framesScoredMax: number;
  /** What transparency is laid on; an opaque image yields one view per frame, others one per background. */
  readonly backgrounds: readonly ('white' | 'black')[];
}

/** Limits that hold before a pixel is decoded. */
export interface ImageLimits {
  /** Width × height of one frame. */
  readonly pixelsMax: number;
  readonly framesMax: number;
}

/**
 * Why an image is shown to a human whatever its scores are:
 * `damaged`: the strict decoder refuses it, the lenient one shows something;
 * `frames_not_decoded`: it carries frames that this decoder cannot see (APNG).
 */
export type Degradation = 'damaged' | 'frames_not_decoded';

export interface ImageFacts {
  readonly mediaType: MediaType;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly alpha: boolean;
  readonly degraded: readonly Degradation[];
}

/** A picture's PDQ hash: pictures that look alike have hashes that differ in few of their 256 bits. */
export interface PerceptualHash {
  /** 64 lower-case hexadecimal digits. */
  readonly pdq: string;
  /** 0..100: how much there was to see. Below 50 the hash says nothing. */
  readonly quality: number;
}

/** What imaging hands to inference: views of one asset, each `size × size × 3` bytes of RGB, row by row. */
export interface PreparedImage {
  readonly kind: 'prepared';
  readonly facts: ImageFacts;
  readonly views: readonly Uint8Array[];
  /** Of the first frame that is scored; null where it was not wanted. */
  readonly perceptual: PerceptualHash | null;
}

/** The uploader's doing: these bytes will never be accepted. `code` is the problem's code, `detail` says what to do. */
export interface ImageRejection {
  readonly kind: 'rejected';
  readonly code: 'unsupported-media' | 'undecodable' | 'image-too-large';
  readonly detail: string;
}

export interface PrepareWants {
  readonly perceptual?: boolean;
}

export type PrepareImage = (
  path: string,
  recipe: Preprocessing,
  wants?: PrepareWants,
) => Promise<PreparedImage | ImageRejection>;
