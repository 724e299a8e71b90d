import type { BenchResult, ResultTable } from '../bench-result.js';
import { rounded } from '../statistics.js';
import type { Agreement } from './agreement.js';
import type { Agreements } from './recipe-agreement.js';
import { SHRUNK, type Candidate } from './recipe-candidates.js';
import type { ImageSet } from './recipe-images.js';
import type { Speeds } from './recipe-speed.js';

export interface RecipeMeasurements {
  readonly model: string;
  readonly candidates: readonly Candidate[];
  readonly timed: readonly ImageSet[];
  readonly speeds: Speeds;
  readonly compared: readonly ImageSet[];
  readonly agreements: Agreements;
  /** Whether the first compared set is a folder's pictures. */
  readonly hasFolder: boolean;
  readonly rounds: number;
}

export function recipesResult(measured: RecipeMeasurements): BenchResult {
  const { model, candidates, timed, speeds, compared, agreements, hasFolder, rounds } = measured;
  const ofShipped = agreements.get(SHRUNK) ?? [];
  const shipped = hasFolder ? ofShipped[0] : undefined;
  return {
    name: 'recipes',
    what: `Ways from an image’s bytes to the input of the fast model: what each takes, and how far the scores of ${model} move from those of the reference recipe.`,
    command: `npm run portcullis -- bench recipes${hasFolder ? ' --images <folder>' : ''} --rounds ${rounds}`,
    promised: [
      {
        what: '`shrunk-jpeg`: same highest class as the reference, photographs of the folder',
        bound: 'at least',
        limit: 97,
        unit: '%',
        measured: shipped === undefined ? null : percentOf(shipped),
      },
      {
        what: '`shrunk-jpeg`: the same, of the pictures of all sets that it changes',
        bound: 'at least',
        limit: 97,
        unit: '%',
        measured: changedPercentOf(ofShipped),
      },
    ],
    tables: [
      {
        title: `Processor milliseconds per image (medians of ${rounds} rounds in turn)`,
        head: ['', ...timed.map(({ name }) => name)],
        rows: candidates.map((candidate) => [candidate.name, ...(speeds.get(candidate) ?? []).map(String)]),
      },
      ...compared.map((set, at) => agreementTable(set, candidates, at, agreements)),
    ],
    notes: NOTES,
    data: {
      summary: candidates.map((candidate) => ({
        candidate: candidate.name,
        cpuMs: Object.fromEntries(timed.map(({ name }, at) => [name, speeds.get(candidate)?.[at]])),
        agreement: Object.fromEntries(compared.map(({ name }, at) => [name, agreements.get(candidate)?.[at]])),
      })),
    },
  };
}

function agreementTable(
  { name, images }: ImageSet,
  candidates: readonly Candidate[],
  at: number,
  agreements: Agreements,
): ResultTable {
  return {
    title: `Agreement with the reference: ${name} (${images.length} images)`,
    head: ['', 'changed', 'same highest class', 'mean Δp', 'p95 Δp', 'max Δp'],
    rows: candidates.map((candidate) => {
      const agreement = agreements.get(candidate)?.[at];
      if (agreement === undefined) return [candidate.name];
      const { changed, mean, p95, max } = agreement;
      const differences = [mean, p95, max].map((value) => rounded(value, 4).toFixed(4));
      return [candidate.name, `${changed}`, `${percentOf(agreement)} %`, ...differences];
    }),
  };
}

const percentOf = ({ sameTop, images }: Agreement): number => rounded((100 * sameTop) / images, 1);

/** Of the images of which any score differs: the others have the same highest class whatever the recipe. */
function changedPercentOf(sets: readonly Agreement[]): number | null {
  const changed = sets.reduce((sum, one) => sum + one.changed, 0);
  const moved = sets.reduce((sum, { images, sameTop }) => sum + images - sameTop, 0);
  return changed === 0 ? null : rounded((100 * (changed - moved)) / changed, 1);
}

const NOTES: readonly string[] = [
  'From bytes in memory to one view of the first frame on white; headers have been read already. Processor time counts all threads.',
  'Δp is the largest difference of any of an image’s scores. “The picture moved by one pixel” is the reference recipe on the same pixels without the first row and column: what no one can see moves scores, too.',
  '`shrunk-jpeg` leaves JPEGs with a side below 4 × the view, and all other types, as the reference has them: `changed` counts the images of which any score differs. The enlarged, cropped and grainy sets are there because few of a folder’s pictures may be large.',
  'The recipe was chosen by agreement on pictures like these, the enlarged and cropped ones made of the same few photographs: other photographs may agree less.',
  'Of what sharp can decode at 1/2, 1/4 or 1/8, it always reduces further by its own kernel; a picture exactly at such a fraction cannot be had.',
];
