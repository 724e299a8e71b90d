import type {
  CampaignAnswer,
  CampaignDetailAnswer,
  CampaignDraftAnswer,
  CampaignPage,
  CampaignReportAnswer,
} from '#contracts/campaign-answer.js';
import type { CampaignOrder } from '#moderation/campaigns/campaign.js';

import { connectConsole, type ReachOptions } from '../connect-console.js';
import { jsonBody, type ConsoleConnection } from '../console-connection.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Asks the console service about campaigns. Every call throws an Error in words when it is refused. */
export class CampaignClient {
  constructor(private readonly connection: ConsoleConnection) {}

  /** @param body a `CampaignBody`; times in RFC 3339 */
  draft(body: Readonly<Record<string, unknown>>): Promise<CampaignDraftAnswer> {
    return this.connection.ask('POST', '/api/campaigns', jsonBody(body));
  }

  /** The newest. */
  async list(most: number): Promise<readonly CampaignAnswer[]> {
    return (await this.connection.ask<CampaignPage>('GET', `/api/campaigns?limit=${most}`)).items;
  }

  read(id: string): Promise<CampaignDetailAnswer> {
    return this.connection.ask('GET', pathOf(id));
  }

  report(id: string, examples: number): Promise<CampaignReportAnswer> {
    return this.connection.ask('GET', `${pathOf(id)}/report?examples=${examples}`);
  }

  order(id: string, order: CampaignOrder): Promise<CampaignAnswer> {
    return this.connection.ask('POST', `${pathOf(id)}/${order}`);
  }
}

/** @throws StartRefused when there is no key */
export const reachCampaigns = async (options: ReachOptions): Promise<CampaignClient> =>
  new CampaignClient(await connectConsole(options));

function pathOf(id: string): string {
  if (!UUID.test(id)) throw new Error(`${id} is no campaign's id: \`portcullis backfill status\` lists them`);
  return `/api/campaigns/${id}`;
}
