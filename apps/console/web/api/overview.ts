import type { CostAnswer } from '#contracts/cost-answer.js';
import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';

import { queryOf, request } from './request.js';
import { followShared, type Followed } from './shared-stream.js';

/** Figures of a window that ends now. @throws ApiError */
export const readOverview = (window: OverviewWindow, signal: AbortSignal): Promise<OverviewAnswer> =>
  request('GET', `/overview${queryOf({ window })}`, undefined, signal);

/** The same, again and again. @returns what ends it */
export const followOverview = (window: OverviewWindow, tell: (state: Followed<OverviewAnswer>) => void): (() => void) =>
  followShared<OverviewAnswer>(
    {
      name: `portcullis-overview-${window}`,
      path: `/api/overview/live${queryOf({ window })}`,
      event: 'overview',
    },
    tell,
  );

/** What the tiers took since a time. @throws ApiError */
export const readCosts = (since: string, signal: AbortSignal): Promise<CostAnswer> =>
  request('GET', `/costs${queryOf({ since })}`, undefined, signal);
