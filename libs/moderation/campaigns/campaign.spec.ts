import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  afterStep,
  CAMPAIGN_ORDERS,
  CAMPAIGN_STATES,
  isAtWork,
  ordersIn,
  type CampaignState,
  type CampaignStep,
} from './campaign.js';

const STEPS: readonly CampaignStep[] = [...CAMPAIGN_ORDERS, 'finish', 'fail'];

/** Every state that a campaign goes through under some steps; steps that make no sense are passed over. */
function walk(steps: readonly CampaignStep[]): CampaignState[] {
  const states: CampaignState[] = ['draft'];
  for (const step of steps) {
    const next = afterStep(states.at(-1) ?? 'draft', step);
    if (next !== undefined) states.push(next);
  }
  return states;
}
const walks = fc.array(fc.constantFrom(...STEPS), { maxLength: 40 }).map(walk);

describe('a campaign', () => {
  it('goes from a draft to what was applied, and back', () => {
    expect(walk(['start', 'pause', 'resume', 'finish', 'apply', 'finish', 'rollback', 'finish'])).toEqual([
      'draft',
      'running',
      'paused',
      'running',
      'done',
      'applying',
      'applied',
      'rolling_back',
      'rolled_back',
    ]);
  });

  it.each<[CampaignState, readonly string[]]>([
    ['draft', ['start', 'discard']],
    ['running', ['pause', 'discard']],
    ['paused', ['resume', 'discard']],
    ['failed', ['resume', 'discard']],
    ['done', ['apply', 'retry', 'discard']],
    ['applying', ['rollback']],
    ['applied', ['rollback']],
    ['rolling_back', []],
    ['rolled_back', []],
    ['discarded', []],
  ])('that is %s follows %j', (state, orders) => {
    expect(ordersIn(state)).toEqual(orders);
  });

  it('has an end to all work, and nothing else ends', () => {
    for (const state of CAMPAIGN_STATES) expect(afterStep(state, 'finish') !== undefined).toBe(isAtWork(state));
  });

  it('applies nothing that was not run to its end, and undoes nothing that was not applied', () => {
    fc.assert(
      fc.property(walks, (states) => {
        const first = (state: CampaignState): number => (states.includes(state) ? states.indexOf(state) : Infinity);
        if (states.includes('applying')) expect(first('done')).toBeLessThan(first('applying'));
        if (states.includes('rolling_back')) expect(first('applying')).toBeLessThan(first('rolling_back'));
      }),
    );
  });

  it('never runs again once it was applied, and never changes again once it was discarded or rolled back', () => {
    fc.assert(
      fc.property(walks, (states) => {
        const applied = states.indexOf('applying');
        if (applied !== -1) expect(states.slice(applied)).not.toContain('running');
        for (const end of ['discarded', 'rolled_back'] as const) {
          if (states.includes(end)) expect(states.indexOf(end)).toBe(states.length - 1);
        }
      }),
    );
  });

  it('can always be brought to rest', () => {
    fc.assert(
      fc.property(walks, (states) => {
        const state = states.at(-1) ?? 'draft';
        const rests = (one: CampaignState | undefined): boolean => one !== undefined && !isAtWork(one);
        expect(rests(state) || rests(afterStep(state, 'pause')) || rests(afterStep(state, 'finish'))).toBe(true);
      }),
    );
  });
});
