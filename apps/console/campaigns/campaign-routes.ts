import type { Provider } from '@nestjs/common';

import type { Price } from '#contracts/cost-answer.js';
import { CampaignPlanStore } from '#persistence/campaign-plan-store.js';
import { CampaignReportStore } from '#persistence/campaign-report-store.js';
import { CampaignStore } from '#persistence/campaign-store.js';
import { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import type { openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { UsageStore } from '#persistence/usage-store.js';

import { DraftCampaign } from './draft-campaign.js';
import { OrderCampaign } from './order-campaign.js';
import { PlanCampaign } from './plan-campaign.js';
import { ReadCampaign } from './read-campaign.js';

type Database = Awaited<ReturnType<typeof openDatabase>>;

/** What the routes of campaigns are made of. */
export function campaignProviders(
  database: Database,
  price: Price,
  heavyCores: number,
  nowMs: () => number,
): readonly Provider[] {
  const campaigns = new CampaignStore(database);
  const turns = new CampaignTurnStore(database);
  const plan = new PlanCampaign({
    plans: new CampaignPlanStore(database),
    usage: new UsageStore(database),
    price,
    heavyCores,
  });
  return [
    { provide: DraftCampaign, useValue: new DraftCampaign(campaigns, turns, plan, nowMs) },
    { provide: ReadCampaign, useValue: new ReadCampaign(campaigns, new CampaignReportStore(database), turns) },
    { provide: OrderCampaign, useValue: new OrderCampaign(campaigns, turns, new PolicyStore(database), nowMs) },
  ];
}
