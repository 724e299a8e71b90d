import type { PolicyMergeAnswer } from '#contracts/policy-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';

import { isSame, valueAt, withValue } from './places.js';

export type Side = 'theirs' | 'yours';

/** One place that somebody changed, with what stands there on all sides. */
export interface MergeRow {
  readonly path: string;
  readonly base: PolicyValue;
  readonly theirs: PolicyValue;
  readonly yours: PolicyValue;
  /** Both changed it, each in their own way: somebody has to choose. */
  readonly isConflict: boolean;
}

/** What was chosen, by path; a place of a conflict that is missing is not chosen yet. */
export type Choices = Readonly<Record<string, Side>>;

/** Every place that the one or the other changed; conflicts first. Where both say the same there is nothing to choose. */
export function mergeRows({ theirs, yours, documents }: PolicyMergeAnswer): MergeRow[] {
  const paths = new Set([...theirs, ...yours].map(({ path }) => path));
  const rows = [...paths].flatMap((path): MergeRow[] => {
    const [base, one, other] = [documents.base, documents.theirs, documents.yours].map((of) => valueAt(of, path));
    if (base === undefined || one === undefined || other === undefined || isSame(one, other)) return [];
    return [{ path, base, theirs: one, yours: other, isConflict: !isSame(base, one) && !isSame(base, other) }];
  });
  return [...rows.filter(({ isConflict }) => isConflict), ...rows.filter(({ isConflict }) => !isConflict)];
}

/** What is chosen before anybody chooses: whoever changed a place that the other left alone. */
export const firstChoices = (rows: readonly MergeRow[]): Choices =>
  Object.fromEntries(
    rows.flatMap(({ path, base, theirs, isConflict }) =>
      isConflict ? [] : [[path, isSame(base, theirs) ? 'yours' : 'theirs'] as const],
    ),
  );

/** How many places somebody still has to choose at. */
export const openChoices = (rows: readonly MergeRow[], choices: Choices): number =>
  rows.filter(({ path }) => choices[path] === undefined).length;

/** Theirs, with yours wherever that was chosen. */
export const chosenPolicy = (theirs: PolicyDocument, rows: readonly MergeRow[], choices: Choices): PolicyDocument =>
  rows.reduce(
    (document, { path, yours }) => (choices[path] === 'yours' ? withValue(document, path, yours) : document),
    theirs,
  );
