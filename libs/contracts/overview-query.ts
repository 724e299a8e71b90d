import { IsIn } from 'class-validator';

import { OVERVIEW_WINDOWS, type OverviewWindow } from '#moderation/overview/windows.js';

/** The stretch of time until now that figures are wanted of. */
export class OverviewQuery {
  @IsIn(OVERVIEW_WINDOWS, { message: `must be one of ${OVERVIEW_WINDOWS.join(', ')}` })
  window: OverviewWindow = '1h';
}
