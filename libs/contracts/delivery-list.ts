import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

import {
  DELIVERY_STATES,
  ENDPOINT_STATES,
  type DeliveryState,
  type EndpointState,
} from '#moderation/events/event-types.js';

import { NextUuid, WholeNumber } from './page-query.js';

const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;
/** Microseconds since 1970, at most in the year 9999, or 0; an event; an endpoint. */
const PLACE = /^\d{1,18}(\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){2}$/;

/** Where a page of deliveries ended. */
export interface DeliveryPlace {
  /** When the next try is due, in microseconds since 1970; `0` in a list that is in the order of events. */
  readonly dueMicros: string;
  readonly eventId: string;
  readonly endpointId: string;
}

/** Whose endpoints. */
class OfClient {
  /** The client's id. */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the id of a client' })
  client?: string;
}

/** Which deliveries to list, and where a page begins. */
export class DeliveryListQuery extends OfClient {
  @IsIn(DELIVERY_STATES, { message: `must be one of ${DELIVERY_STATES.join(', ')}` })
  state: DeliveryState = 'waiting';

  /** The endpoint's id. */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the id of an endpoint' })
  endpoint?: string;

  /** The `next` of the page before. */
  @IsOptional()
  @Matches(PLACE, { message: 'must be the `next` of an earlier page' })
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** Which endpoints to list, and where a page begins. */
export class EndpointListQuery extends OfClient {
  @IsOptional()
  @IsIn(ENDPOINT_STATES, { message: `must be one of ${ENDPOINT_STATES.join(', ')}` })
  state?: EndpointState;

  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** Which event to send again. */
export class ReplayEventBody {
  @IsUUID(undefined, { message: 'must be the id of an event' })
  eventId!: string;
}

/** A place as clients carry it to the next page. */
export const writePlace = ({ dueMicros, eventId, endpointId }: DeliveryPlace): string =>
  [dueMicros, eventId, endpointId].join('.');

/** @param text that `DeliveryListQuery` has let in */
export function readPlace(text: string): DeliveryPlace {
  const [dueMicros = '', eventId = '', endpointId = ''] = text.split('.');
  return { dueMicros, eventId, endpointId };
}
