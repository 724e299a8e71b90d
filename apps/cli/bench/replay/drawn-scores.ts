import { FAST, FLAGS, HEAVY, scoreColumns, type ScoreColumns } from '#moderation/replay/score-columns.js';

/** Where a drawn asset's scores crowd: most have next to nothing, few nearly everything, and some lie between. */
const CROWDS = [
  { upTo: 0.9, around: -5 },
  { upTo: 0.95, around: 0 },
  { upTo: 1, around: 4 },
];
const DEGRADED = 0.01;
const UNSEEN = 0.005;

/** Scores such as a classifier gives, the same for the same seed. */
export function drawnScores(assets: number, seed: number): ScoreColumns {
  const random = randomFrom(seed);
  const columns = scoreColumns(assets);
  for (const column of [columns.fast, columns.heavy]) {
    for (let at = 0; at < column.length; at += 1) column[at] = score(random);
  }
  for (let row = 0; row < assets; row += 1) {
    columns.fastState[row] = random() < UNSEEN ? FAST.unavailable : FAST.scored;
    columns.heavyState[row] = HEAVY.scored;
    columns.flags[row] = random() < DEGRADED ? FLAGS.degraded | FLAGS.fastDegraded : 0;
  }
  return columns;
}

function score(random: () => number): number {
  const crowd = random();
  const around = CROWDS.find(({ upTo }) => crowd < upTo)?.around ?? 0;
  return 1 / (1 + Math.exp(-(around + 4 * (random() - 0.5))));
}

/** Mulberry32 (T. Ettinger, 2017): 32 bits of state, enough to draw what need not be secret. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
