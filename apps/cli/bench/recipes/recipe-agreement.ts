import type { ModelSession } from '#inference/models/session.js';

import { agreementOf, type Agreement } from './agreement.js';
import type { Candidate } from './recipe-candidates.js';
import type { ImageSet } from './recipe-images.js';

/** Agreement with the first candidate: by candidate, then by set. */
export type Agreements = ReadonlyMap<Candidate, readonly Agreement[]>;

/** Asks the model about every image of every set, prepared by every candidate. */
export async function compareCandidates(
  candidates: readonly Candidate[],
  sets: readonly ImageSet[],
  { session, size, onSet }: { readonly session: ModelSession; readonly size: number; readonly onSet: () => void },
): Promise<Agreements> {
  const [reference] = candidates;
  const agreements = new Map(candidates.map((candidate) => [candidate, [] as Agreement[]]));
  for (const { images } of sets) {
    const scoresOf = async (candidate: Candidate): Promise<number[][]> => {
      const scores: number[][] = [];
      for (const image of images) scores.push(...(await session.run([await candidate.view(image, size)])).scores);
      return scores;
    };
    const expected = reference === undefined ? [] : await scoresOf(reference);
    for (const [candidate, bySet] of agreements) bySet.push(agreementOf(expected, await scoresOf(candidate)));
    onSet();
  }
  return agreements;
}
