import type { CampaignAnswer } from '#contracts/campaign-answer.js';
import { ordersIn } from '#moderation/campaigns/campaign.js';
import type { Campaign } from '#persistence/campaign-row.js';

/** @param servedModel the heavy model that a batch service served last */
export function presentCampaign(campaign: Campaign, servedModel: string | undefined): CampaignAnswer {
  const { createdAt, startedAt, changedAt, fault, ...same } = campaign;
  return {
    ...same,
    orders: ordersIn(campaign.state),
    fault: fault ?? waitsFor(campaign, servedModel),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    changedAt: changedAt.toISOString(),
  };
}

/** One model judges a whole campaign. */
function waitsFor({ state, modelId }: Campaign, servedModel: string | undefined): string | null {
  if (state !== 'running' && state !== 'paused') return null;
  if (servedModel === undefined) return 'no batch service has ever been ready';
  if (modelId === null || modelId === servedModel) return null;
  return `it judges by ${modelId}, and ${servedModel} is served now: discard it and plan another`;
}
