import { setTimeout as rest } from 'node:timers/promises';

import type { CampaignDetailAnswer } from '#contracts/campaign-answer.js';
import { isAtWork } from '#moderation/campaigns/campaign.js';

import type { Progress } from '../progress-bar.js';
import type { CampaignClient } from './campaign-client.js';

const LOOK_MS = 1_000;

/**
 * Looks at a campaign until it rests.
 *
 * @returns the campaign as it rests
 * @throws Error when the console refuses or goes away; the campaign goes on without us
 */
export async function watchCampaign(
  client: Pick<CampaignClient, 'read'>,
  id: string,
  bar: Progress,
  lookMs = LOOK_MS,
): Promise<CampaignDetailAnswer> {
  try {
    for (;;) {
      const campaign = await client.read(id);
      bar.show(campaign.progress.done, campaign.progress.total);
      if (!isAtWork(campaign.state)) return campaign;
      await rest(lookMs);
    }
  } finally {
    bar.end();
  }
}
