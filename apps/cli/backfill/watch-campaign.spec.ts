import { describe, expect, it } from '@jest/globals';

import type { CampaignDetailAnswer } from '#contracts/campaign-answer.js';

import { watchCampaign } from './watch-campaign.js';

describe('watching a campaign', () => {
  it('looks until it rests, shows every look, and ends the bar', async () => {
    const states = ['running', 'running', 'paused'] as const;
    const shown: [number, number][] = [];
    let [looks, ended] = [0, 0];
    const read = (): Promise<CampaignDetailAnswer> => {
      const state = states[looks] ?? 'paused';
      looks += 1;
      return Promise.resolve({ state, progress: { done: looks, total: 5 } } as CampaignDetailAnswer);
    };
    const bar = { show: (done: number, total: number) => void shown.push([done, total]), end: () => void (ended += 1) };
    expect(await watchCampaign({ read }, 'an id', bar, 0)).toMatchObject({ state: 'paused' });
    expect([shown, ended]).toEqual([
      [
        [1, 5],
        [2, 5],
        [3, 5],
      ],
      1,
    ]);
  });

  it('ends the bar when the console goes away', async () => {
    let ended = 0;
    const read = (): Promise<CampaignDetailAnswer> => Promise.reject(new Error('away'));
    const bar = { show: () => undefined, end: () => void (ended += 1) };
    await expect(watchCampaign({ read }, 'an id', bar, 0)).rejects.toThrow('away');
    expect(ended).toBe(1);
  });
});
