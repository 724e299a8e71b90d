import type { DataSource } from 'typeorm';

import type { DeliveryFacts } from '#contracts/webhook-answer.js';
import type { DeliveryState } from '#moderation/events/event-types.js';

import { briefly } from './briefly.js';
import { withDatabase } from './errors.js';

/** A delivery as its client sees it. */
export interface LoggedDelivery extends DeliveryFacts {
  readonly nextAt: Date | null;
  readonly attemptedAt: Date | null;
  readonly createdAt: Date;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  /** The event's id that the page before ended with. */
  readonly before?: string | undefined;
  /** How many at most. */
  readonly limit: number;
}

/** How many deliveries are in a state, and since when the oldest of them waits. */
export interface DeliveryBacklog {
  readonly waiting: number;
  readonly failed: number;
  /** Whether there are more than were counted. */
  readonly more: { readonly waiting: boolean; readonly failed: boolean };
  /**
   * Milliseconds since the oldest event that waits for an endpoint that is enabled, of those that were counted; null where
   * none does.
   */
  readonly oldestMs: number | null;
  readonly endpoints: { readonly enabled: number; readonly disabled: number };
}

/** Of one client: each makes a request to somewhere. */
const TESTS_A_MINUTE_MAX = 10;
/** More deliveries of a state are not counted one by one. */
export const DELIVERIES_COUNTED_MAX = 10_000;
/**
 * The first rows of an index in its order are few. Planners that believe that an endpoint has few like to fetch them all, and
 * to sort them then; one that was away for a day has a hundred thousand.
 */
export const BY_INDEX = `SELECT set_config('enable_bitmapscan', 'off', true)`;
/**
 * Of a delivery `d` and an endpoint `w`: it is one of its. Said so, an order by `d.endpoint_id` is not taken for needless, and
 * only an index that begins with it serves; that of events would find an endpoint that has few among all others.
 */
export const OF_ENDPOINT = 'd.endpoint_id BETWEEN w.id AND w.id';

/** What was delivered, what was not, and sending it again. */
export class DeliveryLogStore {
  constructor(private readonly database: DataSource) {}

  /** One page of an endpoint's deliveries, the newest event first. The caller knows whose endpoint it is. */
  page(endpointId: string, { state, before, limit }: DeliveryFilter): Promise<LoggedDelivery[]> {
    return withDatabase(() =>
      this.database.query<LoggedDelivery[]>(PAGE, [endpointId, state ?? null, before ?? null, limit]),
    );
  }

  /**
   * Has an event sent to an endpoint again, under its id, whatever became of it before; its tries count anew. One that is
   * being sent is not sent twice at a time.
   *
   * @returns false when there is no such delivery
   */
  async replay(endpointId: string, eventId: string): Promise<boolean> {
    const rows = await withDatabase(() =>
      this.database.query<unknown[]>(
        `WITH replayed AS (
           UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = now()
           WHERE endpoint_id = $1 AND event_id = $2 AND lease_token IS NULL)
         SELECT 1 FROM webhook_delivery WHERE endpoint_id = $1 AND event_id = $2`,
        [endpointId, eventId],
      ),
    );
    return rows.length === 1;
  }

  /**
   * Has an event about nothing sent to an endpoint.
   *
   * @returns its id; undefined when the client has had enough of them, or the endpoint is not there any more
   */
  async test(clientId: string, endpointId: string, message: string): Promise<string | undefined> {
    const rows = await withDatabase(() => this.database.query<{ id: string }[]>(TEST, [clientId, endpointId, message]));
    return rows[0]?.id;
  }

  /**
   * What there is to do, of all clients; counted up to `DELIVERIES_COUNTED_MAX`, those that are due first.
   *
   * @throws DatabaseLate, also when it takes longer than two seconds
   */
  async backlog(): Promise<DeliveryBacklog> {
    const rows = await briefly(this.database, async (transaction) => {
      await transaction.query(BY_INDEX);
      return transaction.query<DeliveryBacklog[]>(BACKLOG);
    });
    if (rows[0] === undefined) throw new Error('a query for one row gave none');
    return rows[0];
  }
}

const PAGE = `
  SELECT e.id AS "eventId", e.type, e.asset_id AS "assetId", e.sequence, d.state, d.attempts,
    CASE WHEN d.state = 'waiting' THEN d.next_at END AS "nextAt", d.status AS "lastStatus", d.error AS "lastError",
    d.response_ms AS "responseMs", d.attempted_at AS "attemptedAt", e.created_at AS "createdAt"
  FROM webhook_delivery d JOIN event e ON e.id = d.event_id
  WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.state = $2) AND ($3::uuid IS NULL OR d.event_id < $3)
  ORDER BY d.event_id DESC
  LIMIT $4`;

/** An endpoint that is being removed is waited for, and then is not there. */
const TEST = `
  WITH endpoint AS MATERIALIZED (
    SELECT id FROM webhook_endpoint WHERE id = $2 FOR KEY SHARE
  ), made AS (
    INSERT INTO event (client_id, type, data)
    SELECT $1::uuid, 'webhook.test', jsonb_build_object('message', $3::text)
    FROM endpoint
    WHERE (SELECT count(*) FROM event WHERE client_id = $1 AND seq IS NULL AND type = 'webhook.test'
      AND created_at > now() - interval '1 minute') < ${TESTS_A_MINUTE_MAX}
    RETURNING id
  )
  INSERT INTO webhook_delivery (endpoint_id, event_id)
  SELECT endpoint.id, made.id FROM endpoint, made RETURNING event_id AS id`;

/**
 * Up to one more than are counted, endpoint by endpoint, by the index of its state: what was delivered is not looked at.
 *
 * @param order as that index has it, after the endpoint
 */
const upToBound = (state: DeliveryState, order: string, endpoints = 'true'): string => `
    SELECT found.event_id FROM webhook_endpoint w CROSS JOIN LATERAL (
      SELECT d.event_id FROM webhook_delivery d WHERE ${OF_ENDPOINT} AND d.state = '${state}'
      ORDER BY d.endpoint_id, ${order} LIMIT ${DELIVERIES_COUNTED_MAX + 1}) AS found
    WHERE ${endpoints} LIMIT ${DELIVERIES_COUNTED_MAX + 1}`;

const DUE_FIRST = 'd.next_at, d.event_id';

const BACKLOG = `
  WITH live AS MATERIALIZED (${upToBound('waiting', DUE_FIRST, `w.state = 'enabled'`)}
  ), counted AS MATERIALIZED (
    SELECT (SELECT count(*) FROM live) + (SELECT count(*) FROM (
        ${upToBound('waiting', DUE_FIRST, `w.state = 'disabled'`)}) AS resting) AS waiting,
      (SELECT count(*) FROM (${upToBound('failed', 'd.event_id')}) AS ended) AS failed
  )
  SELECT least(waiting, ${DELIVERIES_COUNTED_MAX})::float8 AS waiting,
    least(failed, ${DELIVERIES_COUNTED_MAX})::float8 AS failed,
    jsonb_build_object('waiting', waiting > ${DELIVERIES_COUNTED_MAX},
      'failed', failed > ${DELIVERIES_COUNTED_MAX}) AS more,
    (SELECT extract(epoch FROM now() - e.created_at)::float8 * 1000
      FROM event e WHERE e.id = (SELECT event_id FROM live ORDER BY event_id LIMIT 1)) AS "oldestMs",
    (SELECT jsonb_build_object('enabled', count(*) FILTER (WHERE state = 'enabled'),
      'disabled', count(*) FILTER (WHERE state = 'disabled')) FROM webhook_endpoint) AS endpoints
  FROM counted`;
