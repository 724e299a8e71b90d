import type { ClassifyOutcome } from '#contracts/classify.js';
import type { ServedModel } from '#inference/classifier-protocol.js';
import { judgeFinal, judgeUnlabelled, marginOf } from '#moderation/judge.js';
import { labelScores, worstScores } from '#moderation/label-scores.js';
import type { Policy } from '#moderation/policy.js';
import type { HeavyResult } from '#persistence/final-store.js';

/** What the heavy tier's look at an asset comes to under a policy. */
export function resultOf(assetId: string, look: ClassifyOutcome, policy: Policy, model: ServedModel): HeavyResult {
  if (look.kind === 'rejected') {
    return deadResult(assetId, policy, { reason: 'heavy_tier_refused', attempts: 1, detail: look.detail });
  }
  const scores = worstScores(look.views, model.labels);
  const byLabel = labelScores(scores, model.labels);
  return {
    assetId,
    judgement: judgeFinal(policy, { scores: byLabel, degraded: look.facts.degraded }),
    policyVersion: policy.version,
    classification: { modelId: model.id, scores, views: look.views.length },
    margin: marginOf(policy, 'heavy', byLabel),
    dead: null,
  };
}

/** The work on an asset has ended without a label: a human decides. */
export function deadResult(
  assetId: string,
  policy: Policy,
  dead: {
    readonly reason: 'heavy_tier_failed' | 'heavy_tier_refused';
    readonly attempts: number;
    readonly detail: string;
  },
): HeavyResult {
  return {
    assetId,
    judgement: judgeUnlabelled(dead.reason),
    policyVersion: policy.version,
    classification: null,
    margin: 0,
    dead,
  };
}
