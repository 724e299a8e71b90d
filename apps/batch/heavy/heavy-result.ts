import type { ClassifyOutcome } from '#contracts/classify.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import { isWhole, type BankHit, type HashGate } from '#moderation/banks/bank.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import { judgeByHash, judgeFinal, judgeUnlabelled, marginOf } from '#moderation/judge.js';
import { labelScores, worstScores } from '#moderation/label-scores.js';
import { feedsBank, type Policy } from '#moderation/policy.js';
import type { HeavyResult } from '#persistence/final-store.js';

/** Under what a look is judged. */
export interface Terms {
  readonly policy: Policy;
  readonly gate: Pick<HashGate, 'perceptual'>;
  readonly nowMs: number;
}

/** What the heavy tier's look at an asset comes to; a bank that knows what was seen has the last word of the machine. */
export function resultOf(
  assetId: string,
  look: ClassifyOutcome,
  model: ServedModel,
  { policy, gate, nowMs }: Terms,
): HeavyResult {
  if (look.kind === 'rejected') {
    return deadResult(assetId, policy, { reason: 'refused', attempts: 1, detail: look.detail });
  }
  const { perceptual, facts, views, viewNames } = look;
  const scores = worstScores(views, model.labels);
  const byLabel = labelScores(scores, model.labels);
  const match = perceptual === null ? undefined : gate.perceptual(perceptual, nowMs, isWhole(facts));
  const judgement =
    match === undefined ? judgeFinal(policy, { scores: byLabel, degraded: facts.degraded }) : judgeByHash(match);
  return {
    assetId,
    judgement,
    policyVersion: policy.version,
    classification: { modelId: model.id, scores, views: views.length, viewScores: views, viewNames },
    degraded: facts.degraded,
    perceptual,
    match: match ?? null,
    feedsBank: feedsBank(policy.document, judgement),
    margin: marginOf(policy, 'heavy', byLabel),
    rules: policy.document.transitions,
    dead: null,
  };
}

/** The final of an asset that a bank knows: it is not decoded again. */
export function knownResult(assetId: string, match: BankHit, policy: Policy): HeavyResult {
  return {
    assetId,
    judgement: judgeByHash(match),
    policyVersion: policy.version,
    classification: null,
    match,
    margin: 0,
    dead: null,
  };
}

/** The work on an asset has ended without a label: a human decides. */
export function deadResult(
  assetId: string,
  policy: Policy,
  dead: {
    readonly reason: DeadReason;
    readonly attempts: number;
    readonly detail: string;
  },
): HeavyResult {
  return {
    assetId,
    judgement: judgeUnlabelled(dead.reason === 'refused' ? 'heavy_tier_refused' : 'heavy_tier_failed'),
    policyVersion: policy.version,
    classification: null,
    margin: 0,
    dead,
  };
}
