import { LOOKS, type Look } from '#contracts/prepared-image.js';
import type { ModelSession } from '#inference/models/session.js';
import { worstScores } from '#moderation/label-scores.js';

import type { BenchResult, ResultTable } from '../bench-result.js';
import { rounded } from '../statistics.js';
import type { LookCost } from './look-costs.js';
import { effectOf, scoresBy, type LookedAt } from './look-effects.js';

export interface LookedAtSet {
  readonly name: string;
  /** They show what a single look misses: told one by one. */
  readonly made: boolean;
  readonly pictures: readonly { readonly name: string; readonly seen: LookedAt }[];
}

export interface LooksMeasured {
  readonly session: ModelSession;
  readonly costs: readonly LookCost[];
  readonly sets: readonly LookedAtSet[];
  readonly rounds: number;
  readonly variant: string;
  readonly withImages: boolean;
}

/** The report of a run. */
export function looksResult(measured: LooksMeasured): BenchResult {
  const { session, costs, sets, rounds, variant, withImages } = measured;
  const { id, manifest } = session.model;
  const looks = manifest.preprocessing.looks ?? ['reference'];
  const images = withImages ? ' --images <folder>' : '';
  return {
    name: 'looks',
    what: `The looks of ${id}: what a view of each costs, how far harmless pictures come through them, and what one look alone does not see.`,
    command: `npm run portcullis -- bench looks --rounds ${rounds} --variant ${variant}${images}`,
    promised: [],
    tables: [
      costTable(costs, rounds),
      totalTable(costs),
      ...sets.map((set) => (set.made ? madeTable(set, session, looks) : effectTable(set, session, looks))),
    ],
    notes: NOTES,
    data: {
      costs,
      effects: sets
        .filter(({ made }) => !made)
        .map(({ name, pictures }) => {
          const seen = pictures.map((picture) => picture.seen);
          return { name, byLooks: stepsOf(looks).map((some) => effectOf(seen, some, session)) };
        }),
    },
  };
}

function costTable(costs: readonly LookCost[], rounds: number): ResultTable {
  return {
    title: `Processor milliseconds of one view (medians of ${rounds} rounds in turn)`,
    head: ['', 'views', 'decode, once', 'resize, a view', 'inference, a view'],
    rows: costs.map(({ size, look, views, decodeMs, resizeMs, inferenceMs }) => [
      `${size}, ${look}`,
      String(views),
      String(rounded(decodeMs)),
      views === 0 ? '–' : String(rounded(resizeMs)),
      views === 0 ? '–' : String(rounded(inferenceMs)),
    ]),
  };
}

/** What a picture of each size takes with all looks, and how often that is what it takes with the reference alone. */
function totalTable(costs: readonly LookCost[]): ResultTable {
  const sizes = [...new Set(costs.map(({ size }) => size))];
  return {
    title: 'Processor milliseconds of a picture, with all looks and with the reference alone',
    head: ['', 'views', 'reference alone', 'all looks', 'times'],
    rows: sizes.map((name) => {
      const all = costs.filter(({ size }) => size === name);
      const alone = all.filter(({ look }) => look === 'reference');
      const views = all.reduce((sum, one) => sum + one.views, 0);
      const times = totalMs(all) / totalMs(alone);
      return [
        name,
        String(views),
        String(rounded(totalMs(alone))),
        String(rounded(totalMs(all))),
        String(rounded(times)),
      ];
    }),
  };
}

const totalMs = (costs: readonly LookCost[]): number =>
  (costs[0]?.decodeMs ?? 0) + costs.reduce((sum, one) => sum + one.views * (one.resizeMs + one.inferenceMs), 0);

/** The first look, the first two, and so on. */
const stepsOf = (looks: readonly Look[]): Look[][] => looks.map((_, last) => looks.slice(0, last + 1));

function effectTable({ name, pictures }: LookedAtSet, session: ModelSession, looks: readonly Look[]): ResultTable {
  const { classes } = session.model.manifest;
  const seen = pictures.map((picture) => picture.seen);
  return {
    title: `Harmless pictures, as more looks count: ${name} (${pictures.length})`,
    head: ['', 'views', 'pictures with such a view', 'same top class', 'not allowed', ...classes.map(highest)],
    rows: stepsOf(looks).map((some) => {
      const last = some.at(-1) ?? LOOKS[0];
      const effect = effectOf(seen, some, session);
      return [
        some.length > 1 ? `and ${last}` : last,
        String(effect.views),
        String(effect.pictures),
        String(effect.sameTop),
        String(effect.notAllowed),
        ...effect.highest.map((score) => rounded(score, 3).toFixed(3)),
      ];
    }),
  };
}

const highest = (name: string): string => `highest ${name}`;

function madeTable({ name, pictures }: LookedAtSet, session: ModelSession, looks: readonly Look[]): ResultTable {
  const { labels, manifest } = session.model;
  const explicit = labels.indexOf('sexual.explicit');
  return {
    title: `Highest score for ${manifest.classes[explicit] ?? 'sexual.explicit'}: ${name}, all of them harmless drawings`,
    head: ['', ...looks],
    rows: pictures.map(({ name: picture, seen }) => [
      picture,
      ...looks.map((look) => {
        const views = scoresBy(seen, [look]);
        return views.length === 0 ? '–' : rounded(worstScores(views, labels)[explicit] ?? NaN, 3).toFixed(3);
      }),
    ]),
  };
}

const NOTES: readonly string[] = [
  'A view costs the same inference whatever it shows. Decoding is once per picture. Processor time counts all threads.',
  'The made pictures are harmless: the models take the drawn dunes for explicit and the hills for neutral, which makes them of use here. Dunes are to be seen in all but the first; where a look says so its score is high.',
  '“Same top class” compares the first view of a look with the reference view; “not allowed” counts pictures that the starting policy would send to a human or block when the worst of these looks counts: all of them would be false alarms.',
];
