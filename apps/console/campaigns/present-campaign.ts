import type { CampaignAnswer } from '#contracts/campaign-answer.js';
import { ordersIn, type CampaignWait } from '#moderation/campaigns/campaign.js';
import type { Campaign } from '#persistence/campaign-row.js';

/** For people; which host is away is in the batch service's log. */
const WAITS: Readonly<Record<CampaignWait, string>> = {
  bytes: 'it waits: the place of the stored bytes gives none',
  heavy_tier: 'it waits: the heavy tier takes nothing',
};

/** @param servedModel the heavy model that a batch service served last */
export function presentCampaign(campaign: Campaign, servedModel: string | undefined): CampaignAnswer {
  const { createdAt, startedAt, changedAt, fault, waitsFor, waitsSince, ...same } = campaign;
  return {
    ...same,
    orders: ordersIn(campaign.state),
    fault: fault ?? (waitsFor === null ? modelFault(campaign, servedModel) : WAITS[waitsFor]),
    waits: waitsFor === null || waitsSince === null ? null : { for: waitsFor, since: waitsSince.toISOString() },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    changedAt: changedAt.toISOString(),
  };
}

/** One model judges a whole campaign. */
function modelFault({ state, modelId }: Campaign, servedModel: string | undefined): string | null {
  if (state !== 'running' && state !== 'paused') return null;
  if (servedModel === undefined) return 'no batch service has ever been ready';
  if (modelId === null || modelId === servedModel) return null;
  return `it judges by ${modelId}, and ${servedModel} is served now: discard it and plan another`;
}
