import type { CostlyImage, ImageFacts, ImageRejection, PerceptualHash, ViewName } from './prepared-image.js';

/** One asset to classify, by the path of its stored bytes. */
export interface ClassifyItem {
  readonly path: string;
}

/** The scores one model version gave one asset. */
export interface Scored {
  readonly kind: 'scored';
  readonly facts: ImageFacts;
  /** One row per view, one number in 0..1 per class, in the order of the model's `classes`. */
  readonly views: readonly (readonly number[])[];
  /** What each of them shows, in the same order. */
  readonly viewNames: readonly ViewName[];
  readonly decodeMs: number;
  readonly inferenceMs: number;
  /** Null where it was not wanted. */
  readonly perceptual: PerceptualHash | null;
}

export type ClassifyOutcome = Scored | ImageRejection;

/** What came of an asset whose decoding was to take no longer than a limit. */
export type LightOutcome = ClassifyOutcome | CostlyImage;
