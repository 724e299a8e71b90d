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

/** Every way to look at a frame that a recipe can name. */
export const LOOKS = ['reference', 'antialiased', 'tiles'] as const;

/**
 * How a frame becomes views:
 * `reference`: all of it by `resize`, which reads four pixels for each that it makes; of a large frame it never sees most;
 * `antialiased`: all of it by libvips' triangle filter (kernel `linear`), which averages whatever lies between; left out
 * where neither side is longer than `size`, because nothing lies between there;
 * `tiles`: a frame of at least 16 × `size`² pixels in four parts that overlap by a fifth of their sides (2 × 2, or 4 along
 * the longer side where that is twice the other), each by `resize`: what is small is seen larger. Of an animation only
 * the frame that is shown first.
 */
export type Look = (typeof LOOKS)[number];

/** Parts of a frame that `tiles` looks at. */
export const TILES = 4;

/** More views of one asset would be more than one call may hold (`VIEWS_PER_CALL_MAX`), and seconds of the heavy model. */
export const VIEWS_PER_ASSET_MAX = 64;

/** What transparency is laid on. */
export type Background = 'white' | 'black';

/** How an image becomes the model's input. Part of a model version: another recipe is another version. */
export interface Preprocessing {
  /** Side of the square input in pixels; the aspect ratio is ignored. */
  readonly size: number;
  /** Left out: `full`. */
  readonly decode?: Decode;
  /** TensorFlow's bilinear resize with `align_corners`, not antialiased, rounded to one grey level. */
  readonly resize: 'bilinear-align-corners';
  /**
   * How each frame is looked at, `reference` among them, in the order of the views; left out: `reference` only. One view
   * of an asset is enough to speak against it. There are `viewsMaxOf` views of an asset at most.
   */
  readonly looks?: readonly Look[];
  /** How many frames of an animation are scored: the first, the last and evenly spaced ones between. */
  readonly framesScoredMax: number;
  /** What transparency is laid on; an opaque frame yields one view per look, others one per look and background. */
  readonly backgrounds: readonly Background[];
}

/** How many views an asset has at most by a recipe: a long animation with transparency in every frame. */
export function viewsMaxOf({ looks = ['reference'], framesScoredMax, backgrounds }: Preprocessing): number {
  const whole = looks.filter((look) => look !== 'tiles').length;
  return (whole * framesScoredMax + (looks.includes('tiles') ? TILES : 0)) * backgrounds.length;
}

/** A part of a frame, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a view shows, and how it was made. */
export interface ViewName {
  readonly look: Look;
  /** Index of the frame, from 0. */
  readonly frame: number;
  /** Left out for an opaque frame. */
  readonly background?: Background;
  /** Where a tile lies in its frame, which stands upright; left out for a view of all of it. */
  readonly tile?: Area;
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
  /** One per view, in the same order. */
  readonly viewNames: readonly ViewName[];
  /** Of the first frame that is scored; null where it was not wanted. */
  readonly perceptual: PerceptualHash | null;
}

/** The uploader's doing: these bytes will never be accepted. `code` is the problem's code, `detail` says what to do. */
export interface ImageRejection {
  readonly kind: 'rejected';
  readonly code: 'unsupported-media' | 'undecodable' | 'image-too-large';
  readonly detail: string;
}

/** Put back before a pixel of it was decoded: that is expected to take longer than was allowed. */
export interface CostlyImage {
  readonly kind: 'costly';
  readonly mediaType: MediaType;
  /** What decoding takes by the seeds of `libs/imaging/decode-cost.ts`. */
  readonly decodeMs: number;
}

export interface PrepareWants {
  readonly perceptual?: boolean;
  /** What is expected to take longer to decode is put back as costly; left out: nothing is. */
  readonly decodeMsMax?: number;
}

export type PrepareImage = (
  path: string,
  recipe: Preprocessing,
  wants?: PrepareWants,
) => Promise<PreparedImage | ImageRejection | CostlyImage>;
