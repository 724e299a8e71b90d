import type { JsonField } from './json.js';

/** How far a variant's answers were from its model's, on the same views. */
export interface VariantAgreement {
  readonly views: number;
  /** Share of views with the same top class, 0..1. */
  readonly top1: number;
  /** What the largest difference of a view's scores does not exceed in 95 of 100 views. */
  readonly p95: number;
  /** The largest difference of any score. */
  readonly max: number;
}

/** A file made from another model version's weights, that answers almost as it does. */
export interface ModelVariant {
  /** `<name>/<version>` of that model. */
  readonly of: string;
  /** Weights of one byte; activations too, but for the operations that the calibration names. */
  readonly kind: 'int8';
  readonly agreement: VariantAgreement;
}

/** A variant may move the top class of one view in a hundred, and the scores of one in twenty by more than this. */
export const VARIANT_TOP1_MIN = 0.99;
export const VARIANT_P95_MAX = 0.04;

const REFERENCE = { matches: /^[a-z0-9_-]+\/\d+\.\d+\.\d+$/, as: 'a model reference like mobilenet_v2/1.0.0' };

/** Whether a variant is close enough to its model to take its place. */
export const variantPasses = ({ top1, p95 }: VariantAgreement): boolean =>
  top1 >= VARIANT_TOP1_MIN && p95 <= VARIANT_P95_MAX;

/** Reads the part `variant` of a `model.json`. */
export function readVariant(field: JsonField): ModelVariant {
  const agreement = field.get('agreement');
  return {
    of: field.get('of').text(REFERENCE),
    kind: field.get('kind').oneOf(['int8'], 'int8'),
    agreement: {
      views: agreement.get('views').integer(1),
      top1: readShare(agreement.get('top1')),
      p95: readShare(agreement.get('p95')),
      max: readShare(agreement.get('max')),
    },
  };
}

function readShare(field: JsonField): number {
  const share = field.number();
  if (share < 0 || share > 1) field.fail(`is ${share}, expected a number in 0..1`);
  return share;
}
