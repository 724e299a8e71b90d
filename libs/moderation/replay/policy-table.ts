import { FINDINGS } from '../label.js';
import type { PolicyDocument, RuledTransition, TransitionRule } from '../policy.js';
import type { Tier } from '../words.js';
import { WIDTH } from './score-columns.js';

/** Verdicts by the number that stands for them. */
export const VERDICT_OF = ['allow', 'block', 'review'] as const;
export const ALLOW = 0;
export const BLOCK = 1;
export const REVIEW = 2;

/** What a rule asks for, a number for each finding: the margin below which a human is asked. */
const NEVER = 0;
const ALWAYS = Number.POSITIVE_INFINITY;

/** The operating points of a tier, one of each finding, in the order of `FINDINGS`. */
export interface TierTable {
  readonly clearBelow: Float64Array;
  readonly blockFrom: Float64Array;
}

/** As much of a policy as decides about scores, flat: made once, asked millions of times. */
export interface PolicyTable {
  readonly fast: TierTable;
  readonly heavy: TierTable;
  /** `ALLOW` or `BLOCK`. */
  readonly uncertain: number;
  readonly unavailable: number;
  /** Of each finding: a late block with a smaller margin than this asks a human. */
  readonly lateBlockAsks: Float64Array;
  readonly lateReleaseAsks: Float64Array;
}

/** Compiles a policy. Every policy without faults can be compiled, and decides every row. */
export function compilePolicy(document: PolicyDocument): PolicyTable {
  const { provisional, transitions } = document;
  return {
    fast: tierTable(document, 'fast'),
    heavy: tierTable(document, 'heavy'),
    uncertain: provisional.uncertain === 'allow' ? ALLOW : BLOCK,
    unavailable: provisional.unavailable === 'allow' ? ALLOW : BLOCK,
    lateBlockAsks: asks(transitions, 'late_block'),
    lateReleaseAsks: asks(transitions, 'late_release'),
  };
}

const tierTable = ({ thresholds }: PolicyDocument, tier: Tier): TierTable => ({
  clearBelow: Float64Array.from(FINDINGS, (label) => thresholds[label][tier].clearBelow),
  blockFrom: Float64Array.from(FINDINGS, (label) => thresholds[label][tier].blockFrom),
});

const asks = (rules: PolicyDocument['transitions'], transition: RuledTransition): Float64Array =>
  Float64Array.from(FINDINGS, (label) => askedBelow(rules[transition][label]));

function askedBelow(rule: TransitionRule): number {
  if (rule.do === 'ask') return ALWAYS;
  return rule.do === 'apply_unless_close' ? rule.margin : NEVER;
}

/**
 * The bands of one row: bit `finding` is set where its score is uncertain, bit `WIDTH + finding` where it violates, as
 * `bandOf` has it. A model that scored no finding has said nothing: then all violate.
 */
export function bandsOf(scores: Float32Array, row: number, { clearBelow, blockFrom }: TierTable): number {
  const start = row * WIDTH;
  let bands = 0;
  let known = 0;
  for (let finding = 0; finding < WIDTH; finding += 1) {
    const raw = scores[start + finding] ?? Number.NaN;
    if (raw >= 0 || raw !== raw) known += 1;
    const score = raw < 0 ? 0 : raw;
    if (score < (clearBelow[finding] ?? 0)) continue;
    bands |= score < (blockFrom[finding] ?? 0) ? 1 << finding : 1 << (WIDTH + finding);
  }
  return known === 0 ? ALL_VIOLATE : bands;
}

const MASK = (1 << WIDTH) - 1;
const ALL_VIOLATE = MASK << WIDTH;

/** The findings that are uncertain, as bits. */
export const uncertainIn = (bands: number): number => bands & MASK;
/** Those that violate. */
export const violatingIn = (bands: number): number => bands >> WIDTH;

/** How near a row came to another band, as `marginOf` has it. */
export function marginIn(scores: Float32Array, row: number, { clearBelow, blockFrom }: TierTable): number {
  const start = row * WIDTH;
  let nearest = Number.POSITIVE_INFINITY;
  for (let finding = 0; finding < WIDTH; finding += 1) {
    const score = Math.max(0, scores[start + finding] ?? Number.NaN);
    const toClear = Math.abs(score - (clearBelow[finding] ?? 0));
    nearest = Math.min(nearest, toClear, Math.abs(score - (blockFrom[finding] ?? 0)));
  }
  return Number.isNaN(nearest) ? 0 : nearest;
}
