import type { DataSource } from 'typeorm';

import type { EndpointState } from '#moderation/events/event-types.js';

import { briefly } from './briefly.js';
import { BY_INDEX, OF_ENDPOINT } from './delivery-log-store.js';
import { withDatabase } from './errors.js';
import type { Endpoint } from './webhook-store.js';

/** An endpoint with how it does. */
export interface EndpointHealth extends Pick<
  Endpoint,
  'id' | 'clientId' | 'url' | 'types' | 'state' | 'disabledWhy' | 'failingSince' | 'createdAt' | 'changedAt'
> {
  readonly clientName: string;
  /** Tries in a row that failed. */
  readonly failures: number;
  /** Until when nothing is sent to it; null where that is past. */
  readonly restsUntil: Date | null;
  /** Up to `ENDPOINT_COUNTED_MAX` + 1. */
  readonly waiting: number;
  /** Of those that were counted: when the oldest event happened. */
  readonly oldestAt: Date | null;
  /** Up to `ENDPOINT_COUNTED_MAX` + 1. */
  readonly failed: number;
  readonly takenAt: Date | null;
  readonly takenStatus: number | null;
  readonly failedAt: Date | null;
  readonly failedStatus: number | null;
  readonly failedError: string | null;
}

export interface EndpointFilter {
  readonly state?: EndpointState | undefined;
  readonly client?: string | undefined;
  /** The id that the page before ended with. */
  readonly before?: string | undefined;
  /** How many at most. */
  readonly limit: number;
}

/** More deliveries of one endpoint are not counted one by one. */
export const ENDPOINT_COUNTED_MAX = 1_000;

/** Endpoints of all clients and how they do, for those who run the installation. */
export class DeliveryEndpointStore {
  constructor(private readonly database: DataSource) {}

  /** One page, the newest first. @throws DatabaseLate, also when it takes longer than two seconds */
  page({ state, client, before, limit }: EndpointFilter): Promise<EndpointHealth[]> {
    const values = [limit, before ?? null, state ?? null, client ?? null];
    return briefly(this.database, async (transaction) => {
      await transaction.query(BY_INDEX);
      return transaction.query<EndpointHealth[]>(PAGE, values);
    });
  }

  async find(id: string): Promise<EndpointHealth | undefined> {
    const rows = await withDatabase(() => this.database.query<EndpointHealth[]>(FIND, [id]));
    return rows[0];
  }
}

/** @param which rows of `webhook_endpoint w` */
const health = (which: string): string => `
  SELECT w.id, w.client_id AS "clientId", c.name AS "clientName", w.url, w.types, w.state,
    w.disabled_why AS "disabledWhy", w.failures, w.failing_since AS "failingSince",
    CASE WHEN w.paused_until > now() THEN w.paused_until END AS "restsUntil",
    w.created_at AS "createdAt", w.changed_at AS "changedAt",
    waiting.n AS waiting, e.created_at AS "oldestAt", failed.n AS failed,
    w.taken_at AS "takenAt", w.taken_status AS "takenStatus",
    w.failed_at AS "failedAt", w.failed_status AS "failedStatus", w.failed_error AS "failedError"
  FROM (SELECT w.* FROM webhook_endpoint w ${which}) AS w
  JOIN client c ON c.id = w.client_id
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS n, (array_agg(d.event_id ORDER BY d.event_id))[1] AS oldest FROM (
      SELECT d.event_id FROM webhook_delivery d WHERE ${OF_ENDPOINT} AND d.state = 'waiting'
      ORDER BY d.endpoint_id, d.next_at, d.event_id LIMIT ${ENDPOINT_COUNTED_MAX + 1}) AS d) AS waiting
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS n FROM (
      SELECT d.event_id FROM webhook_delivery d WHERE ${OF_ENDPOINT} AND d.state = 'failed'
      ORDER BY d.endpoint_id, d.event_id LIMIT ${ENDPOINT_COUNTED_MAX + 1}) AS d) AS failed
  LEFT JOIN event e ON e.id = waiting.oldest
  ORDER BY w.id DESC`;

const PAGE = health(`WHERE ($2::uuid IS NULL OR w.id < $2) AND ($3::text IS NULL OR w.state = $3)
    AND ($4::uuid IS NULL OR w.client_id = $4) ORDER BY w.id DESC LIMIT $1`);

const FIND = health('WHERE w.id = $1');
