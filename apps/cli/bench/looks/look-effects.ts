import type { ImageLimits, Look, ViewName } from '#contracts/prepared-image.js';
import { prepareImage } from '#imaging/prepare-image.js';
import type { ModelSession } from '#inference/models/session.js';
import { judgeFinal } from '#moderation/judge.js';
import { labelScores, worstScores } from '#moderation/label-scores.js';
import { STARTING_POLICY } from '#moderation/policy.js';

/** A picture with the scores of each of its views. */
export interface LookedAt {
  readonly scores: readonly (readonly number[])[];
  readonly names: readonly ViewName[];
}

/** What a set of harmless pictures comes to when the worst of some looks counts. */
export interface LookEffect {
  readonly looks: readonly Look[];
  readonly views: number;
  /** Pictures of which the last of the looks has a view. */
  readonly pictures: number;
  /** Of those the ones whose first such view has the highest class of the reference view. */
  readonly sameTop: number;
  /** By class, of all pictures. */
  readonly highest: readonly number[];
  /** Of all pictures the ones that the starting policy does not allow. */
  readonly notAllowed: number;
}

/** Generous: whoever runs a benchmark chose the pictures. */
const LIMITS: ImageLimits = { pixelsMax: 100_000_000, framesMax: 1_000 };

/** Scores every view of a file; undefined for what is no accepted image. */
export async function lookAt(path: string, session: ModelSession): Promise<LookedAt | undefined> {
  const image = await prepareImage(path, session.model.manifest.preprocessing, LIMITS);
  if (image.kind === 'rejected') return undefined;
  const scores: number[][] = [];
  for (const view of image.views) scores.push(...(await session.run([view])).scores);
  return { scores, names: image.viewNames };
}

/** The scores of those views of a picture that some looks made. */
export const scoresBy = ({ scores, names }: LookedAt, looks: readonly Look[]): (readonly number[])[] =>
  scores.filter((_, view) => looks.some((look) => look === names[view]?.look));

/** @param looks the last is the one that is asked about; the worst of all of them counts */
export function effectOf(pictures: readonly LookedAt[], looks: readonly Look[], session: ModelSession): LookEffect {
  const { labels, manifest } = session.model;
  const last = looks.slice(-1);
  const shown = pictures.filter((one) => scoresBy(one, last).length > 0);
  const sameTop = shown.filter((one) => topOf(scoresBy(one, last)[0]) === topOf(scoresBy(one, ['reference'])[0]));
  const worst = pictures.map((one) => worstScores(scoresBy(one, looks), labels));
  const policy = { version: 0, document: STARTING_POLICY };
  const verdicts = worst.map((scores) => judgeFinal(policy, { scores: labelScores(scores, labels), degraded: [] }));
  return {
    looks,
    views: pictures.reduce((sum, one) => sum + scoresBy(one, looks).length, 0),
    pictures: shown.length,
    sameTop: sameTop.length,
    highest: manifest.classes.map((_, at) =>
      pictures.reduce((high, one) => Math.max(high, ...scoresBy(one, looks).map((row) => row[at] ?? NaN)), 0),
    ),
    notAllowed: verdicts.filter(({ verdict }) => verdict !== 'allow').length,
  };
}

const topOf = (row: readonly number[] = []): number => row.indexOf(Math.max(...row));
