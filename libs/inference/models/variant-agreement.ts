import type { VariantAgreement } from './variant.js';

/** Shares and differences are not known better than this. */
const DECIMALS = 4;
const ALMOST_ALL = 0.95;

/**
 * How far a variant's scores are from its model's, on the same views. A view's difference is that of the score that
 * differs most.
 *
 * @param model one row per view, one score per class
 * @param variant the same views, in the same order
 * @throws RangeError without views, or when the rows are not of one shape
 */
export function agreementOf(model: readonly Row[], variant: readonly Row[]): VariantAgreement {
  if (model.length === 0 || model.length !== variant.length) {
    throw new RangeError(`${model.length} views of the model, ${variant.length} of the variant`);
  }
  const differences = model.map((row, view) => largestDifference(row, variant[view] ?? [])).sort((a, b) => a - b);
  const same = model.filter((row, view) => topOf(row) === topOf(variant[view] ?? [])).length;
  return {
    views: model.length,
    top1: floored(same / model.length),
    p95: raised(differences[Math.ceil(differences.length * ALMOST_ALL) - 1] ?? 0),
    max: raised(differences.at(-1) ?? 0),
  };
}

type Row = readonly number[];

function largestDifference(row: Row, other: Row): number {
  if (row.length !== other.length) throw new RangeError(`rows of ${row.length} and ${other.length} scores`);
  return Math.max(...row.map((score, index) => Math.abs(score - (other[index] ?? 0))));
}

const topOf = (row: Row): number => row.indexOf(Math.max(...row));

/** Rounded to the worse side: a limit that is missed stays missed. */
const floored = (value: number): number => Math.floor(value * 10 ** DECIMALS) / 10 ** DECIMALS;
const raised = (value: number): number => Math.ceil(value * 10 ** DECIMALS) / 10 ** DECIMALS;
