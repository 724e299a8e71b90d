import { IsIn, IsInt, Max, Min } from 'class-validator';

import {
  BATCH_SIZE_MAX,
  BATCH_WAIT_MS_MAX,
  SCHEDULE_MODES,
  type Schedule,
  type ScheduleMode,
} from '#moderation/capacity/batch-schedule.js';

const WHOLE = { message: 'must be a whole number' };

/** When the batches of a class are to go. */
export class ScheduleBody implements Schedule {
  @IsIn(SCHEDULE_MODES, { message: `must be one of ${SCHEDULE_MODES.join(', ')}` })
  mode!: ScheduleMode;

  /** Assets of a full batch; no batch is larger, in any mode. */
  @IsInt(WHOLE)
  @Min(1, { message: 'must be at least 1' })
  @Max(BATCH_SIZE_MAX, { message: `must be at most ${BATCH_SIZE_MAX}` })
  sizeMax!: number;

  /** How long the first of a batch waits for company; the mode `size` does not ask. */
  @IsInt({ message: 'must be a whole number of milliseconds' })
  @Min(0, { message: 'must be at least 0' })
  @Max(BATCH_WAIT_MS_MAX, { message: `must be at most ${BATCH_WAIT_MS_MAX}` })
  waitMs!: number;
}
