import type { AssetDetailAnswer } from '#contracts/asset-list-answer.js';
import { Problem } from '#contracts/problems.js';
import { FINDINGS, type Finding } from '#moderation/label.js';
import type { AssetDetail, AssetDetailStore } from '#persistence/asset-list-detail.js';

import { presentAsset, presentRevision, presentScores } from '../reviews/present-detail.js';

/** One asset with everything that was decided about it, whether it has a case or not. */
export class ReadAsset {
  constructor(private readonly assets: Pick<AssetDetailStore, 'find'>) {}

  /** @throws Problem `not-found` */
  async read(id: string): Promise<AssetDetailAnswer> {
    const detail = await this.assets.find(id);
    if (detail === undefined) throw new Problem('not-found', 'There is no asset with this id.');
    const { asset, decisions, scores, ...marks } = detail;
    const erased = asset.erasedAt !== null;
    return {
      ...marks,
      assetId: asset.id,
      clientId: asset.clientId,
      asset: presentAsset(asset),
      decisions: decisions.map((decision) => presentRevision(decision, asset)),
      scores: scores.map(presentScores),
      labels: labelsOf(detail),
      standingRevision: asset.standingRevision,
      finalBy: asset.finalBy.toISOString(),
      ifLate: asset.ifLate,
      rendition: erased ? null : `/api/assets/${asset.id}/rendition`,
      erased,
    };
  }
}

/** What the first decision and the one in force say against it: the picture is veiled by the worst of it. */
function labelsOf({ asset, decisions }: AssetDetail): Finding[] {
  const telling = decisions.filter(({ revision }) => revision === 1 || revision === asset.standingRevision);
  const said = telling.flatMap(({ policyLabel, reasons }) => [policyLabel, ...reasons.map(({ label }) => label)]);
  return FINDINGS.filter((label) => said.includes(label));
}
