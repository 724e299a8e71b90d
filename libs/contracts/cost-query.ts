import { IsOptional } from 'class-validator';

import { PointInTime } from './point-in-time.js';

/** The stretch of time to add up costs over: the last day, unless told. */
export class CostQuery {
  /** 24 hours before the end, unless told. */
  @IsOptional()
  @PointInTime()
  since?: Date;

  /** Now, unless told. */
  @IsOptional()
  @PointInTime()
  until?: Date;
}
