import type { DataSource } from 'typeorm';

import type { StoredEvent } from '#contracts/event-payload.js';
import type { AfterAttempt } from '#moderation/events/after-attempt.js';
import type { DisabledWhy } from '#moderation/events/event-types.js';

import { withDatabase } from './errors.js';
import { storedEvent } from './event-row.js';
import { noticeOf } from './notice-statement.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

/** One event on its way to one endpoint. */
export interface DeliveryId {
  readonly endpointId: string;
  readonly eventId: string;
}

/** A delivery in hand: to be tried now. */
export interface LeasedDelivery extends DeliveryId {
  readonly clientId: string;
  /** When the endpoint was changed last, as the database writes it. */
  readonly endpointChangedAt: string;
  readonly url: string;
  /** To sign with: the newest first. */
  readonly secrets: readonly string[];
  /** Tries so far, this one among them. */
  readonly attempts: number;
  /** Tries of the endpoint in a row that failed before. */
  readonly failures: number;
  readonly event: StoredEvent;
  /** By the database's clock, epoch milliseconds: receivers refuse what a wrong clock has dated. */
  readonly leasedAtMs: number;
}

/** What an endpoint has in hand already. */
export interface EndpointLoad {
  readonly endpointId: string;
  /** Whose it is, or was: it may be removed by now. */
  readonly clientId: string;
  readonly inHand: number;
  /** Of them, those that take up the room that is asked for. */
  readonly counted: number;
  /** It keeps one waiting now: until that has ended it counts as slow. */
  readonly late: boolean;
}

/** What is asked for: how many may be in hand, and who has how many. */
export interface DeliveryRoom {
  /** Endpoints whose last try has failed or was late; or the others. */
  readonly slow: boolean;
  /** How many more may be taken in all. */
  readonly most: number;
  /** In hand for one endpoint, those there are among them; one while it fails. */
  readonly mostPerEndpoint: number;
  /** In this room for the endpoints of one client, those there are among them. */
  readonly mostPerClient: number;
  /** In hand for the endpoints of one client, whatever room they are in, those of removed endpoints among them. */
  readonly mostInHandPerClient: number;
  readonly loads: readonly EndpointLoad[];
}

/** What became of a delivery in hand. */
export interface DeliveryOutcome extends DeliveryId {
  /** As it was leased: what an endpoint was before says nothing of what it is now. */
  readonly endpointChangedAt: string;
  readonly after: AfterAttempt;
  /** Of the answer; null where there was none in time. */
  readonly status: number | null;
  /** Why there was none, or why it does not count; null where the delivery was taken. */
  readonly error: string | null;
  readonly responseMs: number;
  /** The answer came so late that the endpoint is served with those that fail. */
  readonly slow: boolean;
}

/** An endpoint that has been disabled just now. */
export interface Disabled {
  readonly endpointId: string;
  readonly clientId: string;
  readonly why: DisabledWhy;
}

/** Hands out deliveries whose time has come, by the database's clock, and keeps what became of them. */
export class DeliveryStore {
  constructor(private readonly database: DataSource) {}

  /** Whether there is anything that `lease` might take, whoever has what in hand. Far cheaper than to ask for it. */
  async isAnyDue(): Promise<boolean> {
    const [found] = await withDatabase(() => runPrepared<{ any: boolean }>(this.database, ANY_DUE, []));
    return found?.any === true;
  }

  /**
   * Takes deliveries for `leaseMs`: of every endpoint the oldest; first those of clients that have least in hand, and of
   * their endpoints the same. Whoever takes them and dies leaves them to be taken again afterwards. Several services share
   * the work.
   */
  async lease(token: string, leaseMs: number, room: DeliveryRoom): Promise<LeasedDelivery[]> {
    const { slow, most, mostPerEndpoint, mostPerClient, mostInHandPerClient, loads } = room;
    const bounds = [slow, most, mostPerEndpoint, mostPerClient, mostInHandPerClient];
    const values = [token, leaseMs, JSON.stringify(loads), ...bounds];
    return withDatabase(() => this.database.query<LeasedDelivery[]>(LEASE, values));
  }

  /**
   * Keeps what became of deliveries that are still under this lease, and what their endpoints are to know of it: an
   * endpoint that nothing but failures came of for `failingMsMax` is disabled, and so is one that is gone; its client is told
   * of it by an event. One that was
   * changed meanwhile learns nothing, and what was not delivered to it before is due at once.
   *
   * @returns endpoints that were disabled
   */
  async settle(token: string, outcomes: readonly DeliveryOutcome[], failingMsMax: number): Promise<Disabled[]> {
    const rows = outcomes.map(({ after, ...outcome }) => ({ ...outcome, ...after }));
    return withDatabase(() => this.database.query<Disabled[]>(SETTLE, [token, JSON.stringify(rows), failingMsMax]));
  }

  /** Gives back deliveries that were not tried after all: anybody may take them at once. */
  async handBack(token: string, ids: readonly DeliveryId[]): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE webhook_delivery d SET attempts = d.attempts - 1, next_at = now(), lease_token = NULL
         FROM unnest($2::uuid[], $3::uuid[]) AS given (endpoint_id, event_id)
         WHERE d.endpoint_id = given.endpoint_id AND d.event_id = given.event_id AND d.lease_token = $1`,
        [token, ids.map(({ endpointId }) => endpointId), ids.map(({ eventId }) => eventId)],
      ),
    );
  }
}

/** By the index of what is due, endpoint by endpoint. */
const ANY_DUE: PreparedStatement = {
  name: 'any-delivery-due',
  text: `
  SELECT EXISTS (
    SELECT 1 FROM webhook_endpoint w CROSS JOIN LATERAL (
      SELECT d.event_id FROM webhook_delivery d
      WHERE d.endpoint_id = w.id AND d.state = 'waiting' AND d.next_at <= now()
      ORDER BY d.next_at, d.event_id LIMIT 1) AS oldest
    WHERE w.state = 'enabled' AND coalesce(w.paused_until <= now(), true)) AS any`,
};

const LEASE = `
  WITH loads AS MATERIALIZED (
    SELECT x."endpointId" AS id, x."clientId" AS client_id, x."inHand" AS n, x.counted, x.late
    FROM jsonb_to_recordset($3::jsonb)
      AS x ("endpointId" uuid, "clientId" uuid, "inHand" integer, counted integer, late boolean)
  ), of_clients AS (
    SELECT client_id, sum(counted) AS n, sum(n) AS in_hand FROM loads GROUP BY client_id
  ), due AS MATERIALIZED (
    SELECT w.id, w.client_id, coalesce(l.n, 0) AS n, coalesce(c.n, 0) AS of_client,
      coalesce(c.in_hand, 0) AS in_hand,
      CASE WHEN w.failures > 0 THEN 1 ELSE $6::integer END AS most
    FROM webhook_endpoint w LEFT JOIN loads l ON l.id = w.id LEFT JOIN of_clients c ON c.client_id = w.client_id
    WHERE w.state = 'enabled' AND (w.failures > 0 OR w.slow OR coalesce(l.late, false)) = $4
      AND coalesce(w.paused_until <= now(), true)
      AND EXISTS (SELECT 1 FROM webhook_delivery d
        WHERE d.endpoint_id = w.id AND d.state = 'waiting' AND d.next_at <= now())
  ), free AS MATERIALIZED (
    SELECT due.*, f.event_id, f.next_at
    FROM due CROSS JOIN LATERAL (
      SELECT d.event_id, d.next_at FROM webhook_delivery d
      WHERE d.endpoint_id = due.id AND d.state = 'waiting' AND d.next_at <= now()
      ORDER BY d.next_at, d.event_id LIMIT greatest(0, due.most - due.n) FOR UPDATE SKIP LOCKED) AS f
  ), in_turn AS (
    SELECT *, n + row_number() OVER (PARTITION BY id ORDER BY next_at, event_id) AS turn FROM free
  ), of_client_in_turn AS (
    SELECT *, of_client + row_number() OVER (PARTITION BY client_id ORDER BY turn, next_at, id) AS client_turn FROM in_turn
  ), chosen AS (
    SELECT id, event_id FROM of_client_in_turn WHERE client_turn <= $7 AND client_turn - of_client + in_hand <= $8
    ORDER BY client_turn, next_at LIMIT $5
  ), taken AS (
    UPDATE webhook_delivery d
    SET attempts = attempts + 1, lease_token = $1, next_at = now() + $2 * interval '1 millisecond'
    FROM chosen c WHERE d.endpoint_id = c.id AND d.event_id = c.event_id
    RETURNING d.endpoint_id, d.event_id, d.attempts
  )
  SELECT t.endpoint_id AS "endpointId", t.event_id AS "eventId", w.client_id AS "clientId",
    w.changed_at::text AS "endpointChangedAt", w.url, t.attempts, w.failures,
    CASE WHEN w.old_secret_until > now() THEN ARRAY[w.secret, w.old_secret] ELSE ARRAY[w.secret] END AS secrets,
    extract(epoch FROM now())::float8 * 1000 AS "leasedAtMs",
    (SELECT to_jsonb(s) FROM (SELECT ${storedEvent('e')}) AS s) AS event
  FROM taken t JOIN webhook_endpoint w ON w.id = t.endpoint_id JOIN event e ON e.id = t.event_id
  ORDER BY e.seq, e.id`;

/** An endpoint that works as before is written once a minute. No answer but its own ends a rest that it asked for. */
const SETTLE = `
  WITH o AS (
    SELECT x.*, w.changed_at = x."endpointChangedAt" AS same
    FROM jsonb_to_recordset($2::jsonb) AS x ("endpointId" uuid, "eventId" uuid, "endpointChangedAt" timestamptz,
      state text, "delayMs" float8, "pauseMs" float8, gone boolean, status smallint, error text, "responseMs" integer,
      slow boolean)
    JOIN webhook_endpoint w ON w.id = x."endpointId"
  ), the_deliveries AS (
    UPDATE webhook_delivery d SET lease_token = NULL, attempted_at = now(), status = o.status,
      error = o.error, response_ms = o."responseMs",
      state = CASE WHEN o.same OR o.state = 'delivered' THEN o.state ELSE 'waiting' END,
      next_at = now() + CASE WHEN o.same THEN coalesce(o."delayMs", 0) ELSE 0 END * interval '1 millisecond'
    FROM o
    WHERE d.endpoint_id = o."endpointId" AND d.event_id = o."eventId" AND d.lease_token = $1 AND d.state = 'waiting'
    RETURNING d.endpoint_id AS "endpointId", d.event_id AS "eventId"
  ), heard AS (
    SELECT "endpointId" AS id, bool_or(o.state = 'delivered') AS works, coalesce(bool_or(gone), false) AS gone,
      coalesce(max("pauseMs"), 0) AS pause_ms, count(*)::integer AS tries, bool_or(slow) AS slow,
      max(o.status) FILTER (WHERE o.state = 'delivered') AS taken_status, bool_or(o.state <> 'delivered') AS refused,
      (array_agg(o.status ORDER BY "eventId" DESC) FILTER (WHERE o.state <> 'delivered'))[1] AS refused_status,
      (array_agg(o.error ORDER BY "eventId" DESC) FILTER (WHERE o.state <> 'delivered'))[1] AS refused_error
    FROM o JOIN the_deliveries USING ("endpointId", "eventId") WHERE o.same GROUP BY "endpointId"
  ), facts AS (
    SELECT h.*, w.changed_at, NOT h.gone AND NOT h.works AND w.failing_since < now() - $3 * interval '1 millisecond' AS failing
    FROM heard h JOIN webhook_endpoint w USING (id)
  ), the_endpoints AS (
    UPDATE webhook_endpoint w SET
      failures = CASE WHEN f.works THEN 0 ELSE w.failures + f.tries END,
      failing_since = CASE WHEN f.works THEN NULL ELSE coalesce(w.failing_since, now()) END,
      slow = f.slow,
      taken_at = CASE WHEN f.works THEN now() ELSE w.taken_at END,
      taken_status = CASE WHEN f.works THEN f.taken_status ELSE w.taken_status END,
      failed_at = CASE WHEN f.refused THEN now() ELSE w.failed_at END,
      failed_status = CASE WHEN f.refused THEN f.refused_status ELSE w.failed_status END,
      failed_error = CASE WHEN f.refused THEN f.refused_error ELSE w.failed_error END,
      paused_until = greatest(CASE WHEN w.paused_until > now() THEN w.paused_until END,
        CASE WHEN f.pause_ms > 0 THEN now() + f.pause_ms * interval '1 millisecond' END),
      state = CASE WHEN f.gone OR f.failing THEN 'disabled' ELSE w.state END,
      disabled_why = CASE WHEN f.gone THEN 'gone' WHEN f.failing THEN 'failing' END,
      changed_at = CASE WHEN f.gone OR f.failing THEN now() ELSE w.changed_at END
    FROM facts f
    WHERE w.id = f.id AND w.changed_at = f.changed_at AND w.state = 'enabled'
      AND (f.refused OR w.failures > 0 OR w.slow <> f.slow OR w.paused_until <= now() OR f.pause_ms > 0
        OR coalesce(w.taken_at < now() - interval '1 minute', true))
    RETURNING w.id, w.client_id, w.url, w.state, w.disabled_why, w.changed_at
  ), the_notices AS (${noticeOf('the_endpoints')}
  )
  SELECT id AS "endpointId", client_id AS "clientId", disabled_why AS why FROM the_endpoints WHERE state = 'disabled'`;
