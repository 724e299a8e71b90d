import type { CampaignDraftAnswer } from '#contracts/campaign-answer.js';
import type { CampaignBody } from '#contracts/campaign-body.js';
import { Problem } from '#contracts/problems.js';
import type { CampaignFilter } from '#moderation/campaigns/candidate.js';
import type { CampaignStore } from '#persistence/campaign-store.js';
import type { CampaignTurnStore } from '#persistence/campaign-turn-store.js';

import type { PlanCampaign } from './plan-campaign.js';
import { presentCampaign } from './present-campaign.js';

/** Stores a campaign as a draft and tells what it would do. */
export class DraftCampaign {
  constructor(
    private readonly campaigns: CampaignStore,
    private readonly turns: CampaignTurnStore,
    private readonly planCampaign: PlanCampaign,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `invalid-request` for a span of time that ends before it begins, or a client that is none */
  async draft(body: CampaignBody, author: string): Promise<CampaignDraftAnswer> {
    const nowMs = this.nowMs();
    const { name } = body;
    const [note, rateMaxPerSecond] = [body.note ?? null, body.rateMaxPerSecond ?? null];
    const filter = filterOf(body, await this.clientOf(body), nowMs);
    const modelId = await this.turns.servedModel();
    const plan = await this.planCampaign.plan(filter, modelId, rateMaxPerSecond, nowMs);
    const record = body.record ?? 'flips';
    const draft = { name, note, filter, record, rateMaxPerSecond, createdBy: author };
    const campaign = await this.campaigns.create(draft, plan.chosen, new Date(nowMs));
    return { campaign: presentCampaign(campaign, modelId), plan };
  }

  private async clientOf(body: CampaignBody): Promise<string | null> {
    const client = body.client ?? null;
    if (client === null) return null;
    const id = await this.planCampaign.clientId(client);
    if (id === undefined) throw wrong('/client', 'must be the name of a client');
    return id;
  }
}

function filterOf(body: CampaignBody, clientId: string | null, nowMs: number): CampaignFilter {
  const { receivedFrom, modelId, policyVersion, label, verdict, trafficClass } = body;
  const before = new Date(Math.min(nowMs, body.receivedBefore?.getTime() ?? nowMs));
  if (receivedFrom !== undefined && receivedFrom >= before) {
    throw wrong('/receivedFrom', 'must be before receivedBefore, and in the past');
  }
  return {
    receivedFrom: receivedFrom?.toISOString() ?? null,
    receivedBefore: before.toISOString(),
    modelId: modelId ?? null,
    policyVersion: policyVersion ?? null,
    label: label ?? null,
    verdict: verdict ?? null,
    clientId,
    trafficClass: trafficClass ?? null,
  };
}

const wrong = (pointer: string, detail: string): Problem =>
  new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
    errors: [{ pointer, detail }],
  });
