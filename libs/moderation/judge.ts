import type { BankHit } from './banks/bank.js';
import { FINDINGS, type Finding } from './label.js';
import type { LabelScores } from './label-scores.js';
import type { Policy, Thresholds } from './policy.js';
import type { Band, ProvisionalVerdict, Source, Tier, Verdict } from './words.js';

/** Why a verdict is what it is, in words a client may read: never a score, never a threshold. */
export interface Reason {
  readonly code: ReasonCode;
  readonly label?: Finding;
}

export const REASON_CODES = [
  'violating',
  'uncertain',
  'damaged',
  'frames_not_decoded',
  'fast_tier_failed',
  'fast_tier_not_ready',
  'shed',
  'heavy_tier_failed',
  'heavy_tier_refused',
  'decided_by_moderator',
  'known_hash',
  'awaits_moderator',
  'final_late',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** A verdict before it has a revision number and a time. `band` is null where no scores stood behind it. */
export interface Judgement<V extends Verdict = Verdict> {
  readonly verdict: V;
  readonly band: Band | null;
  readonly source: Source;
  readonly reasons: readonly Reason[];
}

/** Why a decoded image is shown to a human whatever its scores say. */
type Degradation = Extract<ReasonCode, 'damaged' | 'frames_not_decoded'>;

/** What one tier found out about an asset. */
export interface Evidence {
  readonly scores: LabelScores;
  readonly degraded: readonly Degradation[];
}

/** Why the fast tier gave no scores. */
export type Unavailability = Extract<ReasonCode, 'fast_tier_failed' | 'fast_tier_not_ready' | 'shed'>;

/** Where a score lies between a label's operating points. A score that is not a number violates: errors never allow. */
export function bandOf(score: number, { clearBelow, blockFrom }: Thresholds): Band {
  if (score < clearBelow) return 'clear';
  return score < blockFrom ? 'uncertain' : 'violating';
}

/** The provisional judgement. A degraded image is never allowed on the fast tier's word alone. */
export function judgeProvisional(policy: Policy, evidence: Evidence): Judgement<ProvisionalVerdict> {
  const { band, reasons } = weigh(policy, 'fast', evidence);
  const verdicts = { clear: 'allow', uncertain: policy.document.provisional.uncertain, violating: 'block' } as const;
  return { verdict: evidence.degraded.length > 0 ? 'block' : verdicts[band], band, source: 'fast', reasons };
}

/** The provisional judgement when the fast tier gave no scores: the policy's declared default, marked. */
export function judgeUnavailable(policy: Policy, why: Unavailability): Judgement<ProvisionalVerdict> {
  return {
    verdict: policy.document.provisional.unavailable,
    band: null,
    source: 'default',
    reasons: [{ code: why }],
  };
}

/**
 * The judgement when a bank knows the picture: what the bank says, at either stage. The reasons name neither bank nor
 * distance, which would tell clients what is looked for.
 */
export function judgeByHash({ kind }: Pick<BankHit, 'kind'>): Judgement<ProvisionalVerdict> {
  return { verdict: kind, band: null, source: 'hash', reasons: [{ code: 'known_hash' }] };
}

/** The heavy tier's judgement: what is uncertain, or was not wholly seen, goes to a human. */
export function judgeFinal(policy: Policy, evidence: Evidence): Judgement {
  const { band, reasons } = weigh(policy, 'heavy', evidence);
  const verdicts = { clear: 'allow', uncertain: 'review', violating: 'block' } as const;
  const verdict = evidence.degraded.length > 0 && band === 'clear' ? 'review' : verdicts[band];
  return { verdict, band, source: 'heavy', reasons };
}

/** The final judgement when the heavy tier cannot label an asset: a human must. */
export function judgeUnlabelled(why: 'heavy_tier_failed' | 'heavy_tier_refused'): Judgement {
  return { verdict: 'review', band: null, source: 'default', reasons: [{ code: why }] };
}

/** How near an asset came to another band in any label: 0 on an operating point, or where a score is no number. */
export function marginOf(policy: Policy, tier: Tier, scores: LabelScores): number {
  const distances = FINDINGS.map((label) => {
    const { clearBelow, blockFrom } = policy.document.thresholds[label][tier];
    const score = scores.get(label) ?? 0;
    return Math.min(Math.abs(score - clearBelow), Math.abs(score - blockFrom));
  });
  const nearest = Math.min(...distances);
  return Number.isNaN(nearest) ? 0 : nearest;
}

function weigh(policy: Policy, tier: Tier, { scores, degraded }: Evidence): { band: Band; reasons: Reason[] } {
  // a model need not know every finding; one that scored none of them has said nothing, and that is never an allow
  const unknown = FINDINGS.some((label) => scores.has(label)) ? 0 : Number.NaN;
  const found = FINDINGS.map((label) => ({
    label,
    band: bandOf(scores.get(label) ?? unknown, policy.document.thresholds[label][tier]),
  }));
  const band: Band =
    (['violating', 'uncertain'] as const).find((worse) => found.some((finding) => finding.band === worse)) ?? 'clear';
  const findings = found.flatMap(({ label, band: code }): Reason[] => (code === 'clear' ? [] : [{ code, label }]));
  return { band, reasons: [...findings, ...degraded.map((code) => ({ code }))] };
}
