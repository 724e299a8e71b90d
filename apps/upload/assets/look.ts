import type { ImageFacts, ImageRejection, PerceptualHash } from '#contracts/prepared-image.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '#inference/classifier/errors.js';
import { isWhole, type BankHit, type HashGate } from '#moderation/banks/bank.js';
import {
  judgeByHash,
  judgeProvisional,
  judgeUnavailable,
  type Judgement,
  type Unavailability,
} from '#moderation/judge.js';
import { labelScores, worstScores } from '#moderation/label-scores.js';
import type { Label } from '#moderation/label.js';
import type { Policy } from '#moderation/policy.js';
import type { ProvisionalVerdict, TrafficClass } from '#moderation/words.js';

import type { FastTier } from '../fast-tier/fast-tier.js';

/** What the fast tier saw: the worst score per class over all views, and the label of each class. */
export interface Seen {
  readonly facts: ImageFacts;
  readonly modelId: string;
  readonly labels: readonly Label[];
  readonly scores: readonly number[];
  readonly views: number;
  /** Null where nobody asked for it. */
  readonly perceptual: PerceptualHash | null;
}

/** What became known of an upload in its request, and what the policy makes of it. */
export interface Look {
  readonly kind: 'judged';
  readonly judgement: Judgement<ProvisionalVerdict>;
  /** Null where the fast tier gave no scores: it was not asked, or could not answer. */
  readonly seen: Seen | null;
  /** The bank's entry that decided; null where none did. */
  readonly match: BankHit | null;
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly inferenceMs: number;
}

/** Stored bytes, and how soon somebody must know. */
export interface ToSee {
  readonly clientId: string;
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly trafficClass: TrafficClass;
  /** What is left of the time that was promised. */
  readonly deadlineMs: number;
  readonly nowMs: number;
}

/** The tiers of knowledge that an upload's request has: what is known already, and what the fast model sees. */
export interface Sight {
  readonly tier: Pick<FastTier, 'classify' | 'model'>;
  readonly gate: Pick<HashGate, 'exact' | 'perceptual' | 'needsPerceptual'>;
  /** False until the gate holds what the database holds: what it lets through before may be known. */
  readonly knowsBanks: () => boolean;
}

const NO_TIME = { queueMs: 0, decodeMs: 0, inferenceMs: 0 };

/**
 * Judges stored bytes: by a bank that knows them, else by what the fast tier sees of them. When it cannot, the policy's
 * declared default holds and says so: an error never becomes an allow, and the heavy tier decides.
 *
 * @throws ClassifierOverloaded when the fast tier cannot see it in time; the caller says what becomes of it
 */
export async function look(sight: Sight, toSee: ToSee, policy: Policy): Promise<Look | ImageRejection> {
  const { tier, gate, knowsBanks } = sight;
  if (!knowsBanks()) return unseen(policy, 'fast_tier_not_ready');
  const { path, sha256, clientId, trafficClass, deadlineMs, nowMs } = toSee;
  const known = gate.exact(sha256, nowMs);
  if (known !== undefined) {
    return { kind: 'judged', judgement: judgeByHash(known), seen: null, match: known, ...NO_TIME };
  }
  try {
    const perceptual = gate.needsPerceptual(nowMs);
    const { outcome, queueMs } = await tier.classify({ path }, { clientId, trafficClass, deadlineMs, perceptual });
    if (outcome.kind === 'rejected') return outcome;
    const { model } = tier;
    const { facts, views, decodeMs, inferenceMs } = outcome;
    const scores = worstScores(views, model.labels);
    const seen: Seen = {
      facts,
      modelId: model.id,
      labels: model.labels,
      scores,
      views: views.length,
      perceptual: outcome.perceptual,
    };
    const match = outcome.perceptual === null ? undefined : gate.perceptual(outcome.perceptual, nowMs, isWhole(facts));
    const evidence = { scores: labelScores(scores, model.labels), degraded: facts.degraded };
    const judgement = match === undefined ? judgeProvisional(policy, evidence) : judgeByHash(match);
    return { kind: 'judged', judgement, seen, match: match ?? null, queueMs, decodeMs, inferenceMs };
  } catch (error) {
    if (error instanceof ClassifierOverloaded) throw error;
    if (error instanceof ClassifierUnavailable) return unseen(policy, 'fast_tier_not_ready');
    if (error instanceof ClassifierFailed) return unseen(policy, 'fast_tier_failed');
    throw error;
  }
}

/** An upload that nobody looked at, as the policy's declared default has it. */
export const unseen = (policy: Policy, why: Unavailability): Look => ({
  kind: 'judged',
  judgement: judgeUnavailable(policy, why),
  seen: null,
  match: null,
  ...NO_TIME,
});
