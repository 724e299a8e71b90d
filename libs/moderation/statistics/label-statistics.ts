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
export const CAUTIONS = ['too_few', 'reviewed_only', 'one_sided', 'mixed_models'] as const;
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
export interface LabelFigures {
  /** Assets with a score of this label. */
  readonly scored: number;
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

/** How many assets have which score of a label. */
export interface Histogram {
  /** The lower edge of each bin; the last bin holds what is exactly 1. */
  readonly edges: readonly number[];
  /** Assets in each bin, by what stands of them. */
  readonly standing: Readonly<Record<StandingName, readonly number[]>>;
  /** Of those that people have decided: how many in each bin have the label, and how many have it not. */
  readonly there: readonly number[];
  readonly notThere: readonly number[];
}

export interface LabelStatistics extends LabelFigures {
  readonly histogram: Histogram;
}

/**
 * Figures of one label in one tier under two thresholds. Precision is TP / (TP + FP), recall TP / (TP + FN), with a
 * positive being a score from `blockFrom` on, over the assets that people have decided.
 */
export function labelFigures(sample: LabelSample, label: Finding, tier: Tier, at: Thresholds): LabelFigures {
  const bands = noBands();
  const [there, notThere] = [noBands(), noBands()];
  eachScore(sample, label, tier, (score, _standing, truth) => {
    const band = bandOf(score, at);
    bands[band] += 1;
    if (truth !== null) (truth ? there : notThere)[band] += 1;
  });
  const [scored, positives] = [sum(bands), sum(there)];
  return {
    scored,
    bands,
    confusion: { there, notThere },
    precision: wilson(there.violating, there.violating + notThere.violating),
    recall: wilson(there.violating, positives),
    caught: wilson(there.violating + there.uncertain, positives),
    cautions: cautionsOf({ positives, negatives: sum(notThere), scored, models: sample.models[tier].size }),
  };
}

/** How many assets have which score of a label in a tier, by what became of them. */
export function histogramOf(sample: LabelSample, label: Finding, tier: Tier): Histogram {
  const standing = { allow: emptyBins(), block: emptyBins(), review: emptyBins(), pending: emptyBins() };
  const [there, notThere] = [emptyBins(), emptyBins()];
  eachScore(sample, label, tier, (score, name, truth) => {
    const bin = binOf(score);
    add(standing[name], bin);
    if (truth !== null) add(truth ? there : notThere, bin);
  });
  return { edges: SCORE_EDGES, standing, there, notThere };
}

type Visit = (score: number, standing: StandingName, truth: boolean | null) => void;

function eachScore(sample: LabelSample, label: Finding, tier: Tier, visit: Visit): void {
  const number = FINDINGS.indexOf(label);
  for (let row = 0; row < sample.columns.count; row += 1) {
    const score = scoreAt(sample.columns, tier, row, number);
    if (!(score <= 1)) continue;
    const truth = truthOf(sample.human[row] ?? 0, number);
    visit(score, STANDING_OF[sample.standing[row] ?? 0] ?? 'pending', truth);
  }
}

/** A score of a row; NaN where the tier gave none. */
function scoreAt(columns: ScoreColumns, tier: Tier, row: number, label: number): number {
  const seen = tier === 'fast' ? columns.fastState[row] === FAST.scored : columns.heavyState[row] === HEAVY.scored;
  const score = columns[tier][row * WIDTH + label] ?? Number.NaN;
  return seen && score >= 0 ? score : Number.NaN;
}

interface Seen {
  readonly positives: number;
  readonly negatives: number;
  readonly scored: number;
  /** Versions of the tier's model. */
  readonly models: number;
}

/**
 * People see what a rule or a model sends them, which is no fair draw of all assets: as long as not every asset was decided
 * by people, shares among theirs are not shares among all. And what two versions of a model score alike need not be alike.
 */
function cautionsOf({ positives, negatives, scored, models }: Seen): Caution[] {
  const labelled = positives + negatives;
  const cautions: Caution[] = [];
  if (labelled < LABELLED_MIN || positives < LABELLED_MIN) cautions.push('too_few');
  if (labelled > 0 && labelled < scored) cautions.push('reviewed_only');
  if (labelled > 0 && (positives === 0 || negatives === 0)) cautions.push('one_sided');
  if (models > 1) cautions.push('mixed_models');
  return cautions;
}

const noBands = (): Record<Band, number> => ({ clear: 0, uncertain: 0, violating: 0 });

const emptyBins = (): number[] => Array.from({ length: SCORE_BINS }, () => 0);

function add(bins: number[], bin: number): void {
  bins[bin] = (bins[bin] ?? 0) + 1;
}

const sum = (counts: BandCounts): number => BANDS.reduce((all, band) => all + counts[band], 0);
