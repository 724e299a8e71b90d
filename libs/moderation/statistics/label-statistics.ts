import { FINDINGS, type Finding } from '../label.js';
import { bandOf } from '../judge.js';
import type { Thresholds } from '../policy.js';
import { FAST, HEAVY, WIDTH, type ScoreColumns } from '../replay/score-columns.js';
import { BANDS, type Band, type Tier } from '../words.js';
import { STANDING_OF, truthOf, type LabelSample, type StandingName } from './label-sample.js';
import { binOf, SCORE_BINS, SCORE_EDGES } from './score-bins.js';
import { wilson, type Estimate } from './wilson.js';

/** With fewer people's decisions than this an estimate says next to nothing. */
export const LABELLED_MIN = 30;

/** Why the numbers are to be taken with care. */
export const CAUTIONS = ['too_few', 'reviewed_only', 'one_sided'] as const;
export type Caution = (typeof CAUTIONS)[number];

export type BandCounts = Readonly<Record<Band, number>>;

/** People's decisions against the bands of a label: rows are the truth, columns the bands. */
export interface Confusion {
  /** Blocked by people for this label. */
  readonly there: BandCounts;
  /** Allowed by people. */
  readonly notThere: BandCounts;
}

/** What the scores of a label say about thresholds. */
export interface LabelStatistics {
  /** Assets with a score of this label. */
  readonly scored: number;
  readonly histogram: {
    /** One more than there are bins. */
    readonly edges: readonly number[];
    /** Assets in each bin, by what stands of them. */
    readonly standing: Readonly<Record<StandingName, readonly number[]>>;
    /** Of those that people have decided: how many in each bin have the label, and how many have it not. */
    readonly there: readonly number[];
    readonly notThere: readonly number[];
  };
  readonly bands: BandCounts;
  readonly confusion: Confusion;
  /** Of what the thresholds block and people have decided, what has the label; null where there is none. */
  readonly precision: Estimate | null;
  /** Of what has the label, what the thresholds block. */
  readonly recall: Estimate | null;
  /** Of what has the label, what they block or leave to somebody else: what is not missed. */
  readonly caught: Estimate | null;
  readonly cautions: readonly Caution[];
}

/**
 * Statistics of one label in one tier under two thresholds. Precision is TP / (TP + FP), recall TP / (TP + FN), with a
 * positive being a score from `blockFrom` on, over the assets that people have decided.
 */
export function labelStatistics(sample: LabelSample, label: Finding, tier: Tier, at: Thresholds): LabelStatistics {
  const number = FINDINGS.indexOf(label);
  const histogram = emptyHistogram();
  const bands = noBands();
  const [there, notThere] = [noBands(), noBands()];
  let scored = 0;
  for (let row = 0; row < sample.columns.count; row += 1) {
    const score = scoreAt(sample.columns, tier, row, number);
    const bin = binOf(score);
    if (bin < 0) continue;
    scored += 1;
    const band = bandOf(score, at);
    bands[band] += 1;
    add(histogram.standing[STANDING_OF[sample.standing[row] ?? 0] ?? 'pending'], bin);
    const truth = truthOf(sample.human[row] ?? 0, number);
    if (truth === null) continue;
    (truth ? there : notThere)[band] += 1;
    add(truth ? histogram.there : histogram.notThere, bin);
  }
  const positives = sum(there);
  return {
    scored,
    histogram: { edges: SCORE_EDGES, ...histogram },
    bands,
    confusion: { there, notThere },
    precision: wilson(there.violating, there.violating + notThere.violating),
    recall: wilson(there.violating, positives),
    caught: wilson(there.violating + there.uncertain, positives),
    cautions: cautionsOf(positives, sum(notThere), scored),
  };
}

/** A score of a row; NaN where the tier gave none. */
function scoreAt(columns: ScoreColumns, tier: Tier, row: number, label: number): number {
  const seen = tier === 'fast' ? columns.fastState[row] === FAST.scored : columns.heavyState[row] === HEAVY.scored;
  const score = columns[tier][row * WIDTH + label] ?? Number.NaN;
  return seen && score >= 0 ? score : Number.NaN;
}

/**
 * People see what a rule or a model sends them, which is no fair draw of all assets: as long as not every asset was decided
 * by people, shares among theirs are not shares among all.
 */
function cautionsOf(positives: number, negatives: number, scored: number): Caution[] {
  const labelled = positives + negatives;
  const cautions: Caution[] = [];
  if (labelled < LABELLED_MIN || positives < LABELLED_MIN) cautions.push('too_few');
  if (labelled > 0 && labelled < scored) cautions.push('reviewed_only');
  if (labelled > 0 && (positives === 0 || negatives === 0)) cautions.push('one_sided');
  return cautions;
}

const noBands = (): Record<Band, number> => ({ clear: 0, uncertain: 0, violating: 0 });

const emptyBins = (): number[] => Array.from({ length: SCORE_BINS }, () => 0);

const emptyHistogram = () => ({
  standing: { allow: emptyBins(), block: emptyBins(), review: emptyBins(), pending: emptyBins() },
  there: emptyBins(),
  notThere: emptyBins(),
});

function add(bins: number[], bin: number): void {
  bins[bin] = (bins[bin] ?? 0) + 1;
}

const sum = (counts: BandCounts): number => BANDS.reduce((all, band) => all + counts[band], 0);
