import { describe, expect, it } from '@jest/globals';

import type { CampaignAnswer, CampaignPlanAnswer, CampaignReportAnswer } from '#contracts/campaign-answer.js';

import { campaignsTable, campaignText, duration, planText } from './campaign-text.js';
import { reportText } from './report-text.js';

const ID = '01a202a2-a2f2-79a7-9e37-5e1591a960fb';
const OTHER = '01a202a2-a2f2-79a7-9e37-5e1591a960fc';
const CAMPAIGN: CampaignAnswer = {
  id: ID,
  name: 'new model',
  note: null,
  state: 'draft',
  orders: ['start', 'discard'],
  filter: {
    receivedFrom: null,
    receivedBefore: '2026-06-01T12:00:00.000Z',
    modelId: 'old/1.0.0',
    policyVersion: null,
    label: null,
    verdict: 'allow',
    clientId: null,
    trafficClass: null,
  },
  record: 'flips',
  rateMaxPerSecond: null,
  modelId: null,
  policyVersion: null,
  counted: 12,
  handled: 0,
  failed: 0,
  fault: null,
  waits: null,
  createdBy: 'chief',
  createdAt: '2026-06-01T12:00:00.000Z',
  startedAt: null,
  changedAt: '2026-06-01T12:00:00.000Z',
};
const PLAN: CampaignPlanAnswer = {
  chosen: 12,
  humanDecided: 1,
  pending: 0,
  banked: 1,
  scored: 2,
  looks: 8,
  modelId: 'new/1.0.0',
  rate: { imagesPerSecond: 3, coreSecondsPerImage: 0.5, images: 800, measuredOn: 'usage_of_last_day' },
  seconds: 3,
  coreSeconds: 4.5,
  cost: 0.0125,
  currency: 'USD',
  sample: [],
};

describe('a plan for people', () => {
  it('says what would be done, how long it takes, how that is known, and what comes next', () => {
    expect(planText(CAMPAIGN, PLAN))
      .toBe(`new model: received before 2026-06-01T12:00:00.000Z, verdict allow, by old/1.0.0
  12 assets chosen
  1 asset of them decided by a person: passed over
  1 asset of them known to a bank: judged by that
  2 assets of them scored by new/1.0.0 before: judged by that
  8 assets to be looked at by new/1.0.0
  about 3 s, 5 s of core time, 0.01 USD (3.0 images/s in 800 images of the last day, by what they took)

A draft; nothing has changed. Start it with
  portcullis backfill start ${ID} --watch
`);
  });

  it('says so where nothing is known, or only the cap is', () => {
    const unknown = { ...PLAN, rate: null, seconds: null, coreSeconds: null, cost: null };
    expect(planText(CAMPAIGN, unknown)).toContain('how long it takes is not known');
    expect(planText(CAMPAIGN, { ...unknown, seconds: 90 })).toContain('about 90 s, by its cap alone\n');
  });
});

describe('a campaign for people', () => {
  it('says how far it is, what it met, and what it can be told', () => {
    const failed: CampaignAnswer = {
      ...CAMPAIGN,
      state: 'failed',
      orders: ['resume', 'discard'],
      modelId: 'new/1.0.0',
      policyVersion: 3,
      handled: 5,
      failed: 1,
      fault: 'no such thing',
    };
    expect(campaignText(failed)).toBe(`new model: failed, 5 of 12
  received before 2026-06-01T12:00:00.000Z, verdict allow, by old/1.0.0
  by new/1.0.0 and policy 3
  1 asset could not be looked at, or refused
  no such thing
  next: portcullis backfill resume | discard ${ID}
`);
  });

  it('says what it waits for, and since when', () => {
    const waits = { for: 'bytes', since: '2026-06-01T12:30:00.000Z' } as const;
    expect(campaignText({ ...CAMPAIGN, state: 'running', fault: 'it waits: no bytes', waits })).toContain(
      '\n  it waits: no bytes, since 2026-06-01T12:30:00.000Z\n',
    );
  });

  it('is a line of a list', () => {
    expect(campaignsTable([CAMPAIGN])).toMatch(new RegExp(`${ID} +│ new model +│ draft +│ +0 │ +12 │`));
    expect(campaignsTable([])).toContain('no campaigns yet');
  });
});

describe('a report for people', () => {
  it('has a line for every way that verdicts went, and examples of the changes', () => {
    const report: CampaignReportAnswer = {
      campaign: { ...CAMPAIGN, state: 'done', orders: ['apply', 'retry', 'discard'], modelId: 'new/1.0.0' },
      flows: [
        {
          from: 'allow',
          to: 'block',
          label: 'sexual.explicit',
          assets: 4,
          served: 4,
          outcomes: { applied: 1, moved_on: 1, rolled_back: 1, kept: 1 },
          examples: [{ assetId: ID, margin: 0.123, outcome: 'applied' }],
        },
      ],
      skipped: { human_decided: 2, failed: 1 },
      unseen: [{ assetId: OTHER, reason: 'unreadable', attempts: 3 }],
      judged: 4,
      flips: 4,
    };
    const text = reportText(report);
    expect(text).toContain('new model: 4 judged by new/1.0.0, 4 with another verdict\n');
    expect(text).toMatch(/allow +│ block +│ sexual\.explicit +│ +4 │ +4 │ +3 │ +2 │ +1 /);
    expect(text).toContain('passed over: 2, decided by a person\n');
    expect(text).toContain(
      'passed over: 1, could not be looked at\n' +
        `could not be looked at; try them again with portcullis backfill retry ${ID}:\n` +
        `  ${OTHER}  unreadable, after 3 tries\n`,
    );
    expect(text).toContain(`allow to block, sexual.explicit:\n  ${ID}  margin 0.12  applied\n`);
  });
});

describe('a duration', () => {
  it.each<[number, string]>([
    [0.2, '1 s'],
    [119, '119 s'],
    [3_000, '50 min'],
    [9_000, '2.5 h'],
    [432_000, '5.0 days'],
  ])('of %j seconds is %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
