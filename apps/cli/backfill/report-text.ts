import Table from 'cli-table3';

import type { CampaignReportAnswer } from '#contracts/campaign-answer.js';
import type { Skip } from '#moderation/campaigns/candidate.js';

const SKIPPED: readonly [Skip, string][] = [
  ['human_decided', 'decided by a person'],
  ['pending', 'still without their final'],
  ['failed', 'could not be looked at'],
  ['refused', 'their bytes were refused'],
  ['label_unknown', 'found under a label that the model does not know'],
];

/** What a campaign has found, for people. */
export function reportText({ campaign, flows, skipped, unseen, judged, flips }: CampaignReportAnswer): string {
  const head = `${campaign.name}: ${judged} judged by ${campaign.modelId ?? 'no model yet'}, ${flips} with another verdict\n`;
  const table = new Table({
    head: ['from', 'to', 'label', 'assets', 'shown then', 'applied', 'moved on', 'rolled back'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { from, to, label, assets, served, outcomes } of flows) {
    const { applied = 0, moved_on: movedOn = 0, rolled_back: rolledBack = 0, kept = 0 } = outcomes;
    table.push([from, to, label ?? '', assets, served, applied + rolledBack + kept, movedOn + kept, rolledBack]);
  }
  const passed = SKIPPED.flatMap(([skip, words]) => {
    const assets = skipped[skip] ?? 0;
    return assets === 0 ? [] : [`passed over: ${assets}, ${words}\n`];
  });
  const { id, orders } = campaign;
  const failures = unseen.map(
    ({ assetId, reason, attempts }) =>
      `  ${assetId}  ${reason}, after ${attempts} ${attempts === 1 ? 'try' : 'tries'}\n`,
  );
  const again = orders.includes('retry') ? `; try them again with portcullis backfill retry ${id}` : '';
  const unseenTexts = failures.length === 0 ? [] : [`could not be looked at${again}:\n`, ...failures];
  const examples = flows.flatMap(({ from, to, label, examples: some }) =>
    some.length === 0
      ? []
      : [
          `${from} to ${to}${label === null ? '' : `, ${label}`}:\n`,
          ...some.map(
            ({ assetId, margin, outcome }) => `  ${assetId}  margin ${margin.toFixed(2)}  ${outcome ?? ''}\n`,
          ),
        ],
  );
  return [head, flows.length === 0 ? '' : `${table.toString()}\n`, ...passed, ...unseenTexts, ...examples].join('');
}
