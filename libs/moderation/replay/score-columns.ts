import { FINDINGS, type Label } from '../label.js';

/** Columns of a tier's scores have this many numbers a row: one for each finding, in the order of `FINDINGS`. */
export const WIDTH = FINDINGS.length;
/** Stands in a column for a finding that the model does not know; scores are never negative. */
export const UNKNOWN = -1;

/** What the fast tier had of an asset, and so what a policy can make of it. */
export const FAST = {
  /** A bank decided: no policy changes that. */
  keptAllow: 0,
  keptBlock: 1,
  scored: 2,
  /** No scores: the policy's default holds. */
  unavailable: 3,
} as const;

/** What the heavy tier had of an asset: nothing that a policy could judge, or scores. */
export const HEAVY = { none: 0, scored: 1 } as const;

/** Bits of `flags`. */
export const FLAGS = {
  /** It was not wholly seen, by whatever look at it: no final allows it. */
  degraded: 1,
  /** A person has decided: the machine's word changes nothing any more. */
  human: 2,
  /** The fast tier's look did not see it wholly: no provisional decision allows it. */
  fastDegraded: 4,
} as const;

/** Scores of assets, column by column. A row is an asset; the first `count` rows count. */
export interface ScoreColumns {
  readonly count: number;
  /** `WIDTH` scores of each row, exactly as they are stored. */
  readonly fast: Float32Array;
  readonly heavy: Float32Array;
  /** One of `FAST` each. */
  readonly fastState: Uint8Array;
  /** One of `HEAVY` each. */
  readonly heavyState: Uint8Array;
  /** Bits of `FLAGS`. */
  readonly flags: Uint8Array;
}

/** Room for that many assets. */
export const scoreColumns = (count: number): ScoreColumns => ({
  count,
  fast: new Float32Array(count * WIDTH).fill(UNKNOWN),
  heavy: new Float32Array(count * WIDTH).fill(UNKNOWN),
  fastState: new Uint8Array(count),
  heavyState: new Uint8Array(count),
  flags: new Uint8Array(count),
});

/** Which column of a row each class of a model goes to; -1 for none. @param labels the label of each class */
export const columnsOf = (labels: readonly Label[]): Int8Array =>
  Int8Array.from(labels, (label) => FINDINGS.findIndex((finding) => finding === label));

/**
 * Folds the scores of a model's classes into a row, as `labelScores` folds them: where classes share a label the highest
 * counts, and a score that is no number wins.
 *
 * @param row its number
 * @param columns `columnsOf` the model's labels
 */
export function foldInto(column: Float32Array, row: number, scores: ArrayLike<number>, columns: Int8Array): void {
  const start = row * WIDTH;
  column.fill(UNKNOWN, start, start + WIDTH);
  for (let index = 0; index < columns.length; index += 1) {
    const to = columns[index] ?? -1;
    if (to < 0) continue;
    const before = column[start + to] ?? UNKNOWN;
    column[start + to] = Math.max(before === UNKNOWN ? 0 : before, scores[index] ?? Number.NaN);
  }
}
