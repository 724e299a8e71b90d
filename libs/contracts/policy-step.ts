import { IsInt, IsOptional, Max, Min } from 'class-validator';

import { PlainText, SaysSomething } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const NOTE_CHARACTERS_MAX = 1_000;
const VERSION_MAX = 2_147_483_647;
const VERSION = { message: 'must be a version' };

/** When a draft is to be published. */
export class PolicyScheduleBody {
  /** To come, and within a year. */
  @PointInTime()
  at!: Date;
}

/** A no to a draft. */
export class PolicyRefusalBody {
  /** Why, for whoever wrote it. */
  @SaysSomething()
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  reason!: string;
}

/** A way back to a version that was in force. */
export class PolicyRollbackBody {
  /** Why, for whoever reads the history. */
  @IsOptional()
  @SaysSomething()
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note?: string;

  /** The live version that is to be replaced: refused when another has gone live since. */
  @IsOptional()
  @IsInt(VERSION)
  @Min(1, VERSION)
  @Max(VERSION_MAX, VERSION)
  replaces?: number;
}
