import type { DataSource } from 'typeorm';

import type { DeliveryFacts } from '#contracts/webhook-answer.js';
import type { DeliveryState } from '#moderation/events/event-types.js';

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
  /** Milliseconds since the oldest event that waits for an endpoint that is enabled; null where none does. */
  readonly oldestMs: number | null;
  readonly endpoints: { readonly enabled: number; readonly disabled: number };
}

/** Of one client: each makes a request to somewhere. */
const TESTS_A_MINUTE_MAX = 10;

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

  /** What there is to do, of all clients. */
  async backlog(): Promise<DeliveryBacklog> {
    const rows = await withDatabase(() => this.database.query<DeliveryBacklog[]>(BACKLOG));
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

const BACKLOG = `
  SELECT (SELECT count(*) FROM webhook_delivery WHERE state = 'waiting')::float8 AS waiting,
    (SELECT count(*) FROM webhook_delivery WHERE state = 'failed')::float8 AS failed,
    (SELECT extract(epoch FROM now() - min(e.created_at))::float8 * 1000
      FROM webhook_endpoint w CROSS JOIN LATERAL (
        SELECT d.event_id FROM webhook_delivery d WHERE d.endpoint_id = w.id AND d.state = 'waiting'
        ORDER BY d.event_id LIMIT 1) AS oldest
      JOIN event e ON e.id = oldest.event_id
      WHERE w.state = 'enabled') AS "oldestMs",
    (SELECT jsonb_build_object('enabled', count(*) FILTER (WHERE state = 'enabled'),
      'disabled', count(*) FILTER (WHERE state = 'disabled')) FROM webhook_endpoint) AS endpoints`;
