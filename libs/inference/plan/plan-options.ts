import type { PlanTier } from '#contracts/plan-answer.js';
import type { ImageLimits } from '#contracts/prepared-image.js';
import type { VariantWish } from '#moderation/capacity/plan-variant.js';

/** Draws a made-up picture: the same bytes for the same index and side. */
export type DrawPicture = (
  index: number,
  side?: { readonly width: number; readonly height: number },
) => Promise<{ readonly name: string; readonly bytes: Uint8Array }>;

/** What a tier's plan is made for. Names and units are those of the settings. */
export interface PlanOptions {
  readonly tier: PlanTier;
  /** The module that each classifier process runs; it decodes and infers. */
  readonly entry: URL | string;
  readonly modelRoot: string;
  /** `<name>/<version>` of the base model. */
  readonly model: string;
  readonly variant: VariantWish;
  /** 0 is left to measuring. */
  readonly processes: number;
  /** ORT threads of a process; 0 is left to measuring. */
  readonly threads: number;
  /** Images in one run; 0 is left to measuring. */
  readonly batchMax: number;
  /** The promise that a batch must keep; null for a tier without one. */
  readonly sloMs: number | null;
  readonly callMsMax: number;
  readonly rssBytesMax: number;
  readonly nice: number;
  readonly imageLimits: ImageLimits;
  /** Where plans are kept. */
  readonly folder: string;
  readonly draw: DrawPicture;
  /** Measures again what was measured on a busy machine, now that it is calm. */
  readonly renew?: boolean;
  /** Measures again what is kept, and every batch size to the end. */
  readonly fresh?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends a sweep between two measurements. */
  readonly signal?: AbortSignal;
}

/** Views in a run that are tried where nothing is fixed. */
const BUCKETS = [1, 2, 4, 8, 16];

/** The batch sizes to measure, ascending: a fixed batch, and those below it that could serve in its place. */
export function bucketsOf({ tier, batchMax }: Pick<PlanOptions, 'tier' | 'batchMax'>): number[] {
  if (batchMax === 0) return BUCKETS;
  // the heavy tier has no promise to keep: there is nothing to choose between one image and its batch
  const below = tier === 'heavy' ? [1] : BUCKETS;
  return [...below.filter((batch) => batch < batchMax), batchMax];
}
