import Table from 'cli-table3';

import type { CampaignAnswer, CampaignDetailAnswer, CampaignPlanAnswer } from '#contracts/campaign-answer.js';
import type { CampaignState } from '#moderation/campaigns/campaign.js';
import type { CampaignFilter } from '#moderation/campaigns/candidate.js';

const STATES: Readonly<Record<CampaignState, string>> = {
  draft: 'draft',
  running: 'running',
  paused: 'paused',
  done: 'done, nothing applied',
  applying: 'applying',
  applied: 'applied',
  discarded: 'discarded',
  rolling_back: 'rolling back',
  rolled_back: 'rolled back',
  failed: 'failed',
};

/** What a campaign would do, for people. */
export function planText(campaign: CampaignAnswer, plan: CampaignPlanAnswer): string {
  const { chosen, humanDecided, pending, banked, scored, looks, modelId } = plan;
  const lines = [
    `${campaign.name}: ${filterText(campaign.filter)}`,
    `  ${count(chosen)} chosen`,
    ...(humanDecided > 0 ? [`  ${count(humanDecided)} of them decided by a person: passed over`] : []),
    ...(pending > 0 ? [`  ${count(pending)} of them still without their final: passed over`] : []),
    ...(banked > 0 ? [`  ${count(banked)} of them known to a bank: judged by that`] : []),
    ...(scored > 0 ? [`  ${count(scored)} of them scored by ${modelId ?? ''} before: judged by that`] : []),
    `  ${count(looks)} to be looked at by ${modelId ?? 'a heavy model that no batch service has opened yet'}`,
    `  ${timeText(plan)}`,
    '',
    'A draft; nothing has changed. Start it with',
    `  portcullis backfill start ${campaign.id} --watch`,
  ];
  return `${lines.join('\n')}\n`;
}

function timeText({ rate, seconds, coreSeconds, cost, currency }: CampaignPlanAnswer): string {
  if (seconds === null) return 'how long it takes is not known: too little was labelled in the last day';
  const cap = rate === null ? ', by its cap alone' : '';
  const price = cost === null ? '' : `, ${cost.toFixed(2)} ${currency}`;
  const cores = coreSeconds === null ? '' : `, ${duration(coreSeconds)} of core time`;
  const how =
    rate === null
      ? ''
      : ` (${rate.imagesPerSecond.toFixed(1)} images/s in ${rate.images} images of the last day, by ${
          rate.measuredOn === 'usage_of_last_day' ? 'what they took' : 'when their labels were written'
        })`;
  return `about ${duration(seconds)}${cap}${cores}${price}${how}`;
}

/** One campaign for people. */
export function campaignText(campaign: CampaignAnswer | CampaignDetailAnswer): string {
  const { id, name, state, fault, waits, orders, modelId, policyVersion, handled, counted, failed } = campaign;
  const progress = 'progress' in campaign ? campaign.progress : { done: handled, total: counted };
  const lines = [
    `${name}: ${STATES[state]}, ${progress.done} of ${progress.total}`,
    `  ${filterText(campaign.filter)}`,
    ...(policyVersion === null ? [] : [`  by ${modelId ?? 'the heavy model'} and policy ${policyVersion}`]),
    ...(failed > 0 ? [`  ${count(failed)} could not be looked at, or refused`] : []),
    ...(fault === null ? [] : [`  ${fault}${waits === null ? '' : `, since ${waits.since}`}`]),
    ...(orders.length === 0 ? [] : [`  next: portcullis backfill ${orders.join(' | ')} ${id}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Campaigns for people. */
export function campaignsTable(campaigns: readonly CampaignAnswer[]): string {
  if (campaigns.length === 0) return 'no campaigns yet: `portcullis backfill plan --help`\n';
  const table = new Table({
    head: ['campaign', 'name', 'state', 'handled', 'chosen', 'planned'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, name, state, handled, counted, createdAt } of campaigns) {
    table.push([id, name, STATES[state], handled, counted, createdAt]);
  }
  return `${table.toString()}\n`;
}

function filterText(filter: CampaignFilter): string {
  const { receivedFrom, receivedBefore, modelId, policyVersion, label, verdict, clientId, trafficClass } = filter;
  const parts = [
    receivedFrom === null ? `received before ${receivedBefore}` : `received ${receivedFrom} to ${receivedBefore}`,
    ...(verdict === null ? [] : [`verdict ${verdict}`]),
    ...(label === null ? [] : [`for ${label}`]),
    ...(modelId === null ? [] : [`by ${modelId}`]),
    ...(policyVersion === null ? [] : [`by policy ${policyVersion}`]),
    ...(trafficClass === null ? [] : [`of class ${trafficClass}`]),
    ...(clientId === null ? [] : [`of client ${clientId}`]),
  ];
  return parts.join(', ');
}

const count = (assets: number): string => `${assets} ${assets === 1 ? 'asset' : 'assets'}`;

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
