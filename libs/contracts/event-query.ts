import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsOptional } from 'class-validator';

import { EVENT_TYPES, type EventType } from '#moderation/events/event-types.js';

/** What a stream of events may be narrowed to: `?types=asset.final,asset.superseded`. */
export class EventQuery {
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @ArrayMaxSize(EVENT_TYPES.length, { message: `must be at most ${EVENT_TYPES.length}` })
  @IsIn(EVENT_TYPES, { each: true, message: `must be of ${EVENT_TYPES.join(', ')}, with commas between` })
  types?: EventType[];
}
