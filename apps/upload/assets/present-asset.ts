import type { AssetAnswer, DecisionAnswer, RevisionAnswer } from '#contracts/asset-answer.js';
import type { Metadata } from '#contracts/submission-fields.js';
import type { DecisionEntity } from '#persistence/entities/decision.entity.js';
import type { AssetView } from '#persistence/asset-store.js';

/** An asset for its client. Scores only where `withScores`: people who probe a filter read them too. */
export function presentAsset({ asset, decision, scores, late }: AssetView, withScores: boolean): AssetAnswer {
  return {
    id: asset.id,
    externalId: asset.externalId,
    uploaderId: asset.uploaderId,
    class: asset.trafficClass,
    metadata: asset.metadata as Metadata | null,
    mediaType: asset.mediaType,
    bytes: asset.bytes,
    sha256: asset.sha256.toString('hex'),
    receivedAt: asset.receivedAt.toISOString(),
    served: asset.served,
    decision: presentDecision(decision, withScores),
    transition: asset.transition,
    finalBy: asset.finalBy.toISOString(),
    ifLate: asset.ifLate,
    late,
    ...(withScores ? { labels: scores } : {}),
    links: linksOf(asset.id),
  };
}

/** The same for a key that may not see scores. */
export function withoutScores(answer: AssetAnswer): AssetAnswer {
  const shown = { ...answer, decision: { ...answer.decision } };
  delete shown.labels;
  delete shown.decision.match;
  return shown;
}

/** Every decision of an asset, first to newest. */
export const presentRevision = (decision: DecisionEntity, withScores: boolean): RevisionAnswer => ({
  ...presentDecision(decision, withScores),
  supersedes: decision.supersedes,
});

export const linksOf = (assetId: string): AssetAnswer['links'] => ({
  self: `/v1/assets/${assetId}`,
  revisions: `/v1/assets/${assetId}/revisions`,
});

const presentDecision = (decision: DecisionEntity, withScores: boolean): DecisionAnswer => ({
  revision: decision.revision,
  stage: decision.stage,
  verdict: decision.verdict,
  band: decision.band,
  source: decision.source,
  reasons: decision.reasons,
  policyVersion: decision.policyVersion,
  ...(withScores && decision.match !== null ? { match: decision.match } : {}),
  decidedAt: decision.decidedAt.toISOString(),
});
