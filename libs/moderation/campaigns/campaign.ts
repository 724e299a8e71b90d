/** What a campaign over past assets is doing, or waits for. */
export const CAMPAIGN_STATES = [
  'draft',
  'running',
  'paused',
  'done',
  'applying',
  'applied',
  'discarded',
  'rolling_back',
  'rolled_back',
  'failed',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What people may tell a campaign to do. */
export const CAMPAIGN_ORDERS = ['start', 'pause', 'resume', 'apply', 'retry', 'discard', 'rollback'] as const;
export type CampaignOrder = (typeof CAMPAIGN_ORDERS)[number];

/** An order, or what the work on it comes to: it has come to its end, or it met a defect. */
export type CampaignStep = CampaignOrder | 'finish' | 'fail';

/** What a campaign at work may wait for: the place of the stored bytes gives none, or the heavy tier takes nothing. */
export type CampaignWait = 'bytes' | 'heavy_tier';

/** States in which the batch service has something to do. */
export const AT_WORK = ['running', 'applying', 'rolling_back'] as const satisfies CampaignState[];
export type AtWork = (typeof AT_WORK)[number];

type Steps = Readonly<Partial<Record<CampaignStep, CampaignState>>>;

const STEPS: Readonly<Record<CampaignState, Steps>> = {
  draft: { start: 'running', discard: 'discarded' },
  running: { pause: 'paused', discard: 'discarded', finish: 'done', fail: 'failed' },
  paused: { resume: 'running', discard: 'discarded' },
  failed: { resume: 'running', discard: 'discarded' },
  done: { apply: 'applying', retry: 'running', discard: 'discarded' },
  // whoever sees that it goes wrong need not wait for its end
  applying: { finish: 'applied', rollback: 'rolling_back' },
  applied: { rollback: 'rolling_back' },
  rolling_back: { finish: 'rolled_back' },
  rolled_back: {},
  discarded: {},
};

/** The state after a step; undefined where that step makes no sense. */
export const afterStep = (state: CampaignState, step: CampaignStep): CampaignState | undefined => STEPS[state][step];

/** The orders that a campaign in this state follows. */
export const ordersIn = (state: CampaignState): CampaignOrder[] =>
  CAMPAIGN_ORDERS.filter((order) => afterStep(state, order) !== undefined);

export const isAtWork = (state: CampaignState): state is AtWork => AT_WORK.some((one) => one === state);
