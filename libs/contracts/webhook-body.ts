import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';

import { ENDPOINT_STATES, EVENT_TYPES, type EndpointState, type EventType } from '#moderation/events/event-types.js';

import { MayMiss } from './may-miss.js';
import { PlainText } from './plain-text.js';

export const ENDPOINT_URL_CHARACTERS_MAX = 2_048;

/** Types of events, each once; none for all, those that come to be later among them. */
function Types(): PropertyDecorator {
  const decorators = [
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(EVENT_TYPES.length, { message: `must have at most ${EVENT_TYPES.length} entries` }),
    ArrayUnique({ message: 'must not name a type twice' }),
    IsIn(EVENT_TYPES, { each: true, message: `must be of ${EVENT_TYPES.join(', ')}` }),
  ];
  return (target, name) => {
    for (const decorate of decorators) decorate(target, name);
  };
}

/** A new endpoint. */
export class EndpointBody {
  @PlainText(ENDPOINT_URL_CHARACTERS_MAX)
  url!: string;

  /** Left out or empty: all. */
  @MayMiss()
  @Types()
  types: EventType[] = [];
}

/** Another secret, also where the one before the last is still in use. */
export class RotateQuery {
  /** True: the secret from before the last rotation holds no more from now on. */
  @MayMiss()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  force: boolean = false;
}

/** What is to change of an endpoint; what is left out stays. */
export class EndpointChangeBody {
  @MayMiss()
  @PlainText(ENDPOINT_URL_CHARACTERS_MAX)
  url?: string;

  @MayMiss()
  @Types()
  types?: EventType[];

  @MayMiss()
  @IsIn(ENDPOINT_STATES, { message: `must be one of ${ENDPOINT_STATES.join(', ')}` })
  state?: EndpointState;
}
