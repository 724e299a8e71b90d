import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { BankHit, HashGate } from '#moderation/banks/bank.js';
import { flipLabel, splitEvenly, type Skip } from '#moderation/campaigns/candidate.js';
import { judgeFinal, marginOf } from '#moderation/judge.js';
import { labelScores } from '#moderation/label-scores.js';
import type { Policy } from '#moderation/policy.js';
import type { CampaignResult, ChosenAsset } from '#persistence/campaign-run-store.js';
import type { HeavyResult } from '#persistence/final-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import { knownResult, resultOf } from '../heavy/heavy-result.js';
import { lookAt } from '../heavy/look-at.js';

export interface JudgeParts {
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly gate: Pick<HashGate, 'exact' | 'perceptual'>;
  readonly bytes: Pick<AssetBytes, 'borrow'>;
  /** Classifier processes: each has its part of a page. */
  readonly lanes: number;
}

/** Judged without a look: a person has decided, its final is to come, or its scores are known. */
export const needsLook = ({ humanDecided, pending, known }: ChosenAsset): boolean =>
  !humanDecided && !pending && known === null;

/**
 * Judges a page of past assets as the heavy tier judges new ones: what a bank knows by its hash, what the model has
 * scored before by those scores, the rest by a look.
 *
 * @throws StorageLate, ClassifierUnavailable, ClassifierOverloaded: the page may be judged later
 */
export async function judgePage(
  assets: readonly ChosenAsset[],
  policy: Policy,
  { classifier, gate, bytes, lanes }: JudgeParts,
): Promise<CampaignResult[]> {
  const terms = { policy, gate, nowMs: Date.now() };
  const results = new Map<ChosenAsset, CampaignResult>();
  const unseen: ChosenAsset[] = [];
  for (const asset of assets) {
    const match = matchOf(asset, gate, terms.nowMs);
    if (asset.humanDecided) results.set(asset, skip(asset, 'human_decided'));
    else if (asset.pending) results.set(asset, skip(asset, 'pending'));
    else if (match !== undefined) results.set(asset, judged(asset, knownResult(asset.assetId, match, policy)));
    else if (asset.known !== null)
      results.set(asset, judged(asset, rejudged(asset, asset.known, classifier.model, policy)));
    else unseen.push(asset);
  }
  const parts = splitEvenly(unseen, lanes);
  const seen = await Promise.all(parts.map((part) => lookAt(classifier, bytes, part)));
  const late = seen.find((part) => part.late !== undefined)?.late;
  if (late !== undefined) throw late;
  for (const [asset, look] of seen.flatMap(({ looks }) => [...looks])) {
    if (look instanceof ClassifierFailed) results.set(asset, skip(asset, 'failed', look.reason));
    else if (look.kind === 'rejected') results.set(asset, skip(asset, 'refused', look.code));
    else results.set(asset, judged(asset, resultOf(asset.assetId, look, classifier.model, terms)));
  }
  return assets.flatMap((asset) => results.get(asset) ?? []);
}

function matchOf({ sha256, perceptual }: ChosenAsset, gate: JudgeParts['gate'], nowMs: number): BankHit | undefined {
  return gate.exact(sha256, nowMs) ?? (perceptual === null ? undefined : gate.perceptual(perceptual, nowMs));
}

/** The judgement of scores that the model gave before. */
function rejudged(
  { assetId, degraded }: ChosenAsset,
  { scores, views }: NonNullable<ChosenAsset['known']>,
  model: ServedModel,
  policy: Policy,
): HeavyResult {
  const byLabel = labelScores(scores, model.labels);
  return {
    assetId,
    judgement: judgeFinal(policy, { scores: byLabel, degraded }),
    policyVersion: policy.version,
    classification: { modelId: model.id, scores, views },
    margin: marginOf(policy, 'heavy', byLabel),
    dead: null,
  };
}

const judged = (asset: ChosenAsset, { judgement, match, classification, margin }: HeavyResult): CampaignResult => ({
  asset,
  skipped: null,
  detail: null,
  judgement,
  match: match ?? null,
  classification,
  margin,
  label: flipLabel(judgement.reasons, asset.reasons),
});

const skip = (asset: ChosenAsset, skipped: Skip, detail: string | null = null): CampaignResult => ({
  asset,
  skipped,
  detail,
  judgement: null,
  match: null,
  classification: null,
  margin: 0,
  label: null,
});
