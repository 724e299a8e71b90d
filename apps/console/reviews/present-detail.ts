import type {
  CaseStepAnswer,
  NeighbourAnswer,
  ReviewedAsset,
  ReviewRevision,
  TierScores,
} from '#contracts/review-answer.js';
import { isFinding } from '#moderation/label.js';
import { labelScores, worstViews } from '#moderation/label-scores.js';
import type { AssetEntity } from '#persistence/entities/asset.entity.js';
import type { ReconciledDecision, StoredStep, WeighedScores } from '#persistence/review-detail-store.js';
import type { Neighbour } from '#persistence/review-neighbours.js';

import { decisionId } from './decision-id.js';

/** The asset of a case. */
export const presentAsset = (asset: AssetEntity): ReviewedAsset => ({
  id: asset.id,
  externalId: asset.externalId,
  uploaderId: asset.uploaderId,
  class: asset.trafficClass,
  mediaType: asset.mediaType,
  bytes: asset.bytes,
  width: asset.width,
  height: asset.height,
  frames: asset.frames,
  degraded: asset.degraded,
  receivedAt: asset.receivedAt.toISOString(),
  served: asset.served,
});

/** A decision with who took it and what it changed. */
export const presentRevision = (decision: ReconciledDecision, asset: AssetEntity): ReviewRevision => ({
  id: decisionId(decision),
  cause: decision.cause,
  undoable:
    decision.source === 'moderator' &&
    decision.cause === null &&
    decision.revision === asset.standingRevision &&
    asset.erasedAt === null,
  revision: decision.revision,
  stage: decision.stage,
  verdict: decision.verdict,
  band: decision.band,
  source: decision.source,
  reasons: decision.reasons,
  policyVersion: decision.policyVersion,
  match: decision.match,
  modelId: decision.modelId,
  supersedes: decision.supersedes,
  actor: decision.actor,
  policyLabel: decision.policyLabel,
  note: decision.note,
  transition: decision.transition,
  exposureMs: decision.exposureMs,
  wrongfulHoldMs: decision.wrongfulHoldMs,
  decidedAt: decision.decidedAt.toISOString(),
});

/** A tier's scores, folded per label, beside the operating points that they were held against, and the views they are of. */
export function presentScores(stored: WeighedScores): TierScores {
  const { document, scores, labels, viewScores, viewNames, ...weighed } = stored;
  const worst = worstViews(viewScores ?? [], labels);
  return {
    ...weighed,
    labels: [...labelScores(scores, labels)].map(([label, score]) => ({
      label,
      score,
      thresholds: isFinding(label) ? document.thresholds[label][weighed.tier] : null,
      view: viewNames?.[worst.get(label) ?? -1] ?? null,
    })),
    views: (viewNames ?? []).map((view, index) => ({
      view,
      labels: [...labelScores(viewScores?.[index] ?? [], labels)].map(([label, score]) => ({ label, score })),
    })),
  };
}

/** A step of people on a case. */
export const presentStep = ({ at, actor, did, note, assignee, until }: StoredStep): CaseStepAnswer => ({
  at: at.toISOString(),
  actor,
  did,
  note,
  assignee,
  until: until?.toISOString() ?? null,
});

/** An asset that is told of beside a case. */
export const presentNeighbour = <N extends Neighbour>({
  receivedAt,
  ...neighbour
}: N): Omit<N, 'receivedAt'> & Pick<NeighbourAnswer, 'receivedAt'> => ({
  ...neighbour,
  receivedAt: receivedAt.toISOString(),
});
