import { ALLOW, bandsOf, BLOCK, marginIn, REVIEW, uncertainIn, violatingIn, type PolicyTable } from './policy-table.js';
import { FAST, FLAGS, HEAVY, WIDTH, type ScoreColumns } from './score-columns.js';

/**
 * What a policy makes of one tier's look at an asset, as one small number, so that a million of them cost nothing to keep
 * or count: two bits of verdict, two of band, and the label above them.
 */
export type Outcome = number;

/** No outcome: the tier had nothing to judge. */
export const NOTHING: Outcome = -1;

/** Bands by the number that stands for them; the last: no scores. */
export const BAND_OF = ['clear', 'uncertain', 'violating', null] as const;
const NO_BAND = 3;
/** Labels are numbered as findings are; one more for none. */
const NO_LABEL = WIDTH;
/** Outcomes are smaller than this. */
export const OUTCOMES = (WIDTH + 1) << 4;

const outcome = (verdict: number, band: number, label: number): Outcome => verdict | (band << 2) | (label << 4);
export const verdictIn = (of: Outcome): number => of & 3;
export const bandIn = (of: Outcome): number => (of >> 2) & 3;
/** The first finding in the worst band; `WIDTH` where no finding is worse than clear. */
export const labelIn = (of: Outcome): number => of >> 4;

/** What a policy makes of one asset. */
export interface Weighed {
  provisional: Outcome;
  /** After the transition rules; `NOTHING` where the heavy tier gave no scores that a policy judges. */
  final: Outcome;
  /** A transition rule holds the final back: a human is asked. */
  held: boolean;
}

export const weighed = (): Weighed => ({ provisional: NOTHING, final: NOTHING, held: false });

/**
 * Judges one row under a policy: `judgeProvisional`, `judgeUnavailable`, `judgeFinal` and `ruleOn` in one, without a word
 * of allocation. The spec holds it against those.
 *
 * @param into is written over
 */
export function weigh(table: PolicyTable, columns: ScoreColumns, row: number, into: Weighed): void {
  const flags = columns.flags[row] ?? 0;
  const state = columns.fastState[row];
  const seen = state === FAST.scored;
  const bands = seen ? bandsOf(columns.fast, row, table.fast) : 0;
  into.provisional = seen ? provisional(bands, table, (flags & FLAGS.fastDegraded) !== 0) : unscored(state, table);
  into.held = false;
  if (columns.heavyState[row] !== HEAVY.scored) {
    into.final = NOTHING;
    return;
  }
  const heavy = bandsOf(columns.heavy, row, table.heavy);
  into.final = final(heavy, (flags & FLAGS.degraded) !== 0);
  const asked = askedBelow(table, verdictIn(into.provisional), verdictIn(into.final), named(bands), violatingIn(heavy));
  // the margin is dear, and rules are rare
  if (asked === 0 || !(asked === Number.POSITIVE_INFINITY || marginIn(columns.heavy, row, table.heavy) < asked)) return;
  into.held = true;
  into.final = outcome(REVIEW, bandIn(into.final), labelIn(into.final));
}

function provisional(bands: number, { uncertain }: PolicyTable, degraded: boolean): Outcome {
  const band = worst(bands);
  const verdict = band === 0 ? ALLOW : band === 2 ? BLOCK : uncertain;
  return outcome(degraded ? BLOCK : verdict, band, labelOf(bands, band));
}

function unscored(state: number | undefined, { unavailable }: PolicyTable): Outcome {
  if (state === FAST.keptAllow) return outcome(ALLOW, NO_BAND, NO_LABEL);
  return outcome(state === FAST.keptBlock ? BLOCK : unavailable, NO_BAND, NO_LABEL);
}

function final(bands: number, degraded: boolean): Outcome {
  const band = worst(bands);
  const verdict = band === 0 ? ALLOW : band === 2 ? BLOCK : REVIEW;
  return outcome(degraded && band === 0 ? REVIEW : verdict, band, labelOf(bands, band));
}

/** The margin below which the rules ask a human about a final, the strictest of all labels concerned; 0: they do not. */
function askedBelow(table: PolicyTable, before: number, after: number, withheldFor: number, blocking: number): number {
  if (after === REVIEW || before === after) return 0;
  return after === BLOCK ? largest(table.lateBlockAsks, blocking) : largest(table.lateReleaseAsks, withheldFor);
}

function largest(values: Float64Array, findings: number): number {
  let most = 0;
  for (let finding = 0; finding < WIDTH; finding += 1) {
    if ((findings & (1 << finding)) !== 0) most = Math.max(most, values[finding] ?? 0);
  }
  return most;
}

const worst = (bands: number): number => (violatingIn(bands) !== 0 ? 2 : uncertainIn(bands) !== 0 ? 1 : 0);
/** All that the reasons name. */
const named = (bands: number): number => uncertainIn(bands) | violatingIn(bands);

function labelOf(bands: number, band: number): number {
  const findings = band === 2 ? violatingIn(bands) : uncertainIn(bands);
  return findings === 0 ? NO_LABEL : 31 - Math.clz32(findings & -findings);
}
