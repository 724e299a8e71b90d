import { isFinding, type Label } from './label.js';

/** The worst that was seen of one asset: a score in 0..1 per label the model knows. */
export type LabelScores = ReadonlyMap<Label, number>;

/**
 * Scores per class over all views of an asset: the highest of any view where the class speaks against the asset,
 * the lowest where it speaks for it; NaN where there is none to see.
 *
 * @param views one row per view, one number per class
 * @param labels the label of each class, in the same order
 */
export function worstScores(views: readonly (readonly number[])[], labels: readonly Label[]): number[] {
  return labels.map((label, index) => {
    const seen = views.length === 0 ? [Number.NaN] : views.map((view) => view[index] ?? Number.NaN);
    return isFinding(label) ? Math.max(...seen) : Math.min(...seen);
  });
}

/**
 * Which view each label's worst score was seen in: the first of those that gave it.
 *
 * @param views as for `worstScores`
 * @returns indices of `views`; none for a label of which no view gave a score
 */
export function worstViews(
  views: readonly (readonly number[])[],
  labels: readonly Label[],
): ReadonlyMap<Label, number> {
  const worst = worstScores(views, labels);
  const byLabel = labelScores(worst, labels);
  const found = new Map<Label, number>();
  for (const [index, label] of labels.entries()) {
    const score = worst[index];
    const view = views.findIndex((row) => row[index] === score);
    if (view >= 0 && score === byLabel.get(label) && !found.has(label)) found.set(label, view);
  }
  return found;
}

/** Scores per class folded into scores per label; where classes share a label, the highest counts. */
export function labelScores(scores: readonly number[], labels: readonly Label[]): LabelScores {
  const byLabel = new Map<Label, number>();
  for (const [index, label] of labels.entries()) {
    const score = scores[index] ?? Number.NaN;
    byLabel.set(label, Math.max(byLabel.get(label) ?? 0, score));
  }
  return byLabel;
}
