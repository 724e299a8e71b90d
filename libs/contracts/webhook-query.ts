import { IsIn, IsOptional } from 'class-validator';

import { DELIVERY_STATES, type DeliveryState } from '#moderation/events/event-types.js';

import { NextUuid, WholeNumber } from './page-query.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;

/** What an endpoint's deliveries may be narrowed to, and where a page begins. */
export class DeliveryQuery {
  @IsOptional()
  @IsIn(DELIVERY_STATES, { message: `must be one of ${DELIVERY_STATES.join(', ')}` })
  state?: DeliveryState;

  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
