import { IsOptional } from 'class-validator';

import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const NAME_CHARACTERS_MAX = 200;

/** Over which assets a policy is replayed: those of the last seven days, of all clients, unless told. */
export class ReplayBody {
  /** Seven days before the end, unless told. */
  @IsOptional()
  @PointInTime()
  receivedFrom?: Date;

  /** Now, unless told. */
  @IsOptional()
  @PointInTime()
  receivedBefore?: Date;

  /** A client's name. */
  @IsOptional()
  @PlainText(NAME_CHARACTERS_MAX)
  client?: string;
}
