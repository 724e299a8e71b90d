/** How near a candidate's scores are to the reference's. */
export interface Agreement {
  readonly images: number;
  /** Images of which any score differs. */
  readonly changed: number;
  /** Images with the same highest class. */
  readonly sameTop: number;
  /** Largest difference of any score of an image: mean, 95th percentile and maximum over images. */
  readonly mean: number;
  readonly p95: number;
  readonly max: number;
}

/** @param reference scores per image, one number per class; `candidate` likewise, in the same order */
export function agreementOf(reference: readonly Scores[], candidate: readonly Scores[]): Agreement {
  const differences = reference.map((scores, image) =>
    Math.max(...scores.map((score, at) => Math.abs(score - (candidate[image]?.[at] ?? NaN)))),
  );
  return {
    images: reference.length,
    changed: differences.filter((difference) => difference !== 0).length,
    sameTop: reference.filter((scores, image) => topOf(scores) === topOf(candidate[image] ?? [])).length,
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    p95: nearestRank(differences, 0.95),
    max: Math.max(...differences),
  };
}

type Scores = readonly number[];

const topOf = (scores: Scores): number => scores.indexOf(Math.max(...scores));

/** Not rounded, as `percentile` is: differences are small. */
function nearestRank(values: readonly number[], share: number): number {
  const inOrder = [...values].sort((a, b) => a - b);
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? NaN;
}
