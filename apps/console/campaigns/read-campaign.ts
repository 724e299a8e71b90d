import type {
  CampaignDetailAnswer,
  CampaignFlow,
  CampaignPage,
  CampaignReportAnswer,
} from '#contracts/campaign-answer.js';
import type { CampaignQuery, CampaignReportQuery } from '#contracts/campaign-query.js';
import { Problem } from '#contracts/problems.js';
import type { CampaignReportStore, FlowExample } from '#persistence/campaign-report-store.js';
import type { Campaign } from '#persistence/campaign-row.js';
import type { CampaignStore } from '#persistence/campaign-store.js';
import type { CampaignTurnStore } from '#persistence/campaign-turn-store.js';

import { presentCampaign } from './present-campaign.js';

/** Shows campaigns: what they are, how far they are, what they have found. */
export class ReadCampaign {
  constructor(
    private readonly campaigns: CampaignStore,
    private readonly reports: CampaignReportStore,
    private readonly turns: CampaignTurnStore,
  ) {}

  /** One page, the newest first. */
  async list({ limit, cursor }: CampaignQuery): Promise<CampaignPage> {
    const rows = await this.campaigns.list(limit + 1, cursor);
    const servedModel = await this.turns.servedModel();
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => presentCampaign(row, servedModel)),
      next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<CampaignDetailAnswer> {
    const campaign = await this.find(id);
    const steps = await this.campaigns.steps(id);
    return {
      ...presentCampaign(campaign, await this.turns.servedModel()),
      progress: await this.progress(campaign),
      steps: steps.map(({ step, by, at }) => ({ step, by, at: at.toISOString() })),
    };
  }

  /** @throws Problem `not-found` */
  async report(id: string, { examples: most }: CampaignReportQuery): Promise<CampaignReportAnswer> {
    const campaign = await this.find(id);
    const flows = await this.reports.flows(id);
    const examples = await this.reports.examples(id, most);
    const assetsOf = (some: readonly CampaignFlow[]): number => some.reduce((sum, { assets }) => sum + assets, 0);
    return {
      campaign: presentCampaign(campaign, await this.turns.servedModel()),
      flows: flows.map((flow) => ({ ...flow, examples: examples.filter(isOf(flow)).map(withoutFlow) })),
      skipped: await this.reports.skipped(id),
      unseen: await this.reports.unseen(id, most),
      judged: assetsOf(flows),
      flips: assetsOf(flows.filter(({ from, to }) => from !== to)),
    };
  }

  private async find(id: string): Promise<Campaign> {
    const campaign = await this.campaigns.find(id);
    if (campaign === undefined) throw new Problem('not-found', 'There is no campaign with this id.');
    return campaign;
  }

  private async progress({ id, state, handled, counted }: Campaign): Promise<CampaignDetailAnswer['progress']> {
    if (state === 'applying' || state === 'applied') return this.reports.applied(id, false);
    if (state === 'rolling_back' || state === 'rolled_back') return this.reports.applied(id, true);
    // what was chosen when it was planned may have moved on, either way
    return { done: handled, total: state === 'done' ? handled : Math.max(handled, counted) };
  }
}

const isOf =
  (flow: CampaignFlow) =>
  ({ from, to, label }: FlowExample): boolean =>
    from === flow.from && to === flow.to && label === flow.label;

const withoutFlow = ({ assetId, margin, outcome }: FlowExample) => ({ assetId, margin, outcome });
