import type { CampaignAnswer } from '#contracts/campaign-answer.js';
import { Problem } from '#contracts/problems.js';
import { ordersIn, type CampaignOrder, type CampaignState } from '#moderation/campaigns/campaign.js';
import type { CampaignStore } from '#persistence/campaign-store.js';
import type { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import type { PolicyStore } from '#persistence/policy-store.js';

import { presentCampaign } from './present-campaign.js';

/** Tells a campaign to do something; the batch service notices within a second or two. */
export class OrderCampaign {
  constructor(
    private readonly campaigns: CampaignStore,
    private readonly turns: CampaignTurnStore,
    private readonly policies: PolicyStore,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found`; `conflict` for an order that its state does not allow */
  async order(id: string, order: CampaignOrder, by: string): Promise<CampaignAnswer> {
    const { version } = await this.policies.live();
    const stepping = await this.campaigns.step(id, order, by, new Date(this.nowMs()), version);
    if (stepping.kind === 'stepped') return presentCampaign(stepping.campaign, await this.turns.servedModel());
    if (stepping.why === 'unknown') throw new Problem('not-found', 'There is no campaign with this id.');
    throw new Problem('conflict', `The campaign is ${stepping.state}: ${possible(stepping.state)}.`);
  }
}

function possible(state: CampaignState): string {
  const orders = ordersIn(state);
  if (orders.length > 0) return `it can be told to ${orders.join(' or to ')}`;
  return state === 'rolling_back' ? 'wait for its end' : 'it has ended for good';
}
