import type { ServedModel } from '#inference/classifier/protocol.js';
import { flipLabel, unknownLabel, type Skip } from '#moderation/campaigns/candidate.js';
import { judgeFinal, marginOf, type Judgement } from '#moderation/judge.js';
import { labelScores } from '#moderation/label-scores.js';
import type { Policy } from '#moderation/policy.js';
import type { CampaignResult, ChosenAsset } from '#persistence/campaign-run-store.js';
import type { TryAgain } from '#persistence/campaign-tries.js';
import type { HeavyResult } from '#persistence/final-store.js';

import { knownBy, type Banks, type Gate } from '../heavy/banks.js';
import { knownResult, resultOf } from '../heavy/heavy-result.js';
import { lookAtPage, type LookParts } from './look-at-page.js';

export interface JudgeParts extends LookParts {
  readonly banks: Banks;
}

/** What a page is judged by. */
export interface PageTerms {
  readonly policy: Policy;
  /** What the banks hold since the page was read. */
  readonly gate: Gate;
  readonly nowMs: number;
}

export interface JudgedPage {
  readonly results: readonly CampaignResult[];
  /** What could not be looked at this time. */
  readonly again: readonly TryAgain[];
}

interface JudgedResult extends CampaignResult {
  readonly asset: ChosenAsset;
  readonly judgement: Judgement;
}

/** Judged without a look: a person has decided, its final is to come, its scores are known, or it is known to a bank. */
export const needsLook = (asset: ChosenAsset, { gate, nowMs }: Pick<PageTerms, 'gate' | 'nowMs'>): boolean =>
  !asset.humanDecided && !asset.pending && asset.known === null && knownBy(gate, asset, nowMs) === undefined;

/**
 * Judges a page of past assets as the heavy tier judges new ones: what a bank knows by its hash, what the model has
 * scored before by those scores, the rest by a look.
 *
 * @throws OperationalError when the bytes or the model cannot be had: the page may be judged later
 */
export async function judgePage(
  assets: readonly ChosenAsset[],
  terms: PageTerms,
  parts: LookParts,
): Promise<JudgedPage> {
  const { classifier } = parts;
  const { policy, gate } = terms;
  const results = new Map<ChosenAsset, CampaignResult>();
  const unseen: ChosenAsset[] = [];
  for (const asset of assets) {
    const match = knownBy(gate, asset, terms.nowMs);
    if (asset.humanDecided) results.set(asset, skip(asset, 'human_decided'));
    else if (asset.pending) results.set(asset, skip(asset, 'pending'));
    else if (match !== undefined) results.set(asset, judged(asset, knownResult(asset.assetId, match, policy)));
    else if (asset.known !== null) {
      results.set(
        asset,
        bounded(judged(asset, rejudged(asset, asset.known, classifier.model, policy)), classifier.model),
      );
    } else unseen.push(asset);
  }
  const { seen, setAside, again } = await lookAtPage(unseen, parts);
  for (const [asset, { reason, attempts }] of setAside) {
    results.set(asset, { ...skip(asset, 'failed', reason), attempts });
  }
  for (const [asset, look] of seen) {
    if (look.kind === 'rejected') results.set(asset, skip(asset, 'refused', look.code));
    else {
      const result = judged(asset, resultOf(asset.assetId, look, classifier.model, terms));
      results.set(asset, bounded(result, classifier.model));
    }
  }
  return { results: assets.flatMap((asset) => results.get(asset) ?? []), again };
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
    degraded,
    margin: marginOf(policy, 'heavy', byLabel),
    dead: null,
  };
}

/** A judgement, unless it is milder for want of a label. Its scores are kept. */
function bounded(result: JudgedResult, { labels }: ServedModel): CampaignResult {
  const { asset, judgement, classification, degraded = [] } = result;
  if (judgement.source !== 'heavy') return result;
  const label = unknownLabel(asset, judgement.verdict, labels);
  return label === undefined ? result : { ...skip(asset, 'label_unknown', label), classification, degraded };
}

const judged = (
  asset: ChosenAsset,
  { judgement, match, classification, degraded = [], margin }: HeavyResult,
): JudgedResult => ({
  asset,
  skipped: null,
  detail: null,
  judgement,
  match: match ?? null,
  classification,
  degraded,
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
