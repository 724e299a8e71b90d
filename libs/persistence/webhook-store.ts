import type { DataSource } from 'typeorm';

import type { DisabledWhy, EndpointState, EventType } from '#moderation/events/event-types.js';

import { withDatabase } from './errors.js';
import { noticeOf } from './notice-statement.js';

/** An address that a client's events go to. */
export interface Endpoint {
  readonly id: string;
  readonly clientId: string;
  readonly url: string;
  /** Empty: all. */
  readonly types: readonly EventType[];
  readonly state: EndpointState;
  readonly disabledWhy: DisabledWhy | null;
  readonly failingSince: Date | null;
  /** Until when requests are signed with the secret before, too; null when they are not. */
  readonly oldSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

export interface NewEndpoint extends Pick<Endpoint, 'id' | 'clientId' | 'url' | 'types'> {
  /** Kept as it is: every request is signed with it. */
  readonly secret: string;
}

/** What is left out stays. */
export interface EndpointChange {
  readonly url?: string | undefined;
  readonly types?: readonly EventType[] | undefined;
  readonly state?: EndpointState | undefined;
}

/** `held`: an admin has disabled it, and nobody else ends that. */
export type Held = 'held';

/** An endpoint among those of all clients. */
export interface ListedEndpoint extends Endpoint {
  /** Its client's name. */
  readonly client: string;
  readonly waiting: number;
  readonly failed: number;
}

/** More at once would hold their rows for longer than a request may take. */
const REMOVED_AT_ONCE = 5_000;

/** Clients' endpoints. Every call of a client names it, so that nobody sees another's. */
export class WebhookStore {
  constructor(private readonly database: DataSource) {}

  /** @returns undefined when the client has `most` already */
  create({ id, clientId, url, types, secret }: NewEndpoint, most: number): Promise<Endpoint | undefined> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        // one at a time counts; uploads, which only name the client, go on
        await transaction.query(`SELECT 1 FROM client WHERE id = $1 FOR NO KEY UPDATE`, [clientId]);
        const rows = await transaction.query<Endpoint[]>(
          `INSERT INTO webhook_endpoint (id, client_id, url, types, secret)
           SELECT $1::uuid, $2::uuid, $3, $4::text[], $5
           WHERE (SELECT count(*) FROM webhook_endpoint WHERE client_id = $2) < $6
           RETURNING ${ENDPOINT}`,
          [id, clientId, url, types, secret, most],
        );
        return rows[0];
      }),
    );
  }

  /** All of a client's, the oldest first. Their number is bounded where they are made. */
  list(clientId: string): Promise<Endpoint[]> {
    return withDatabase(() =>
      this.database.query<Endpoint[]>(`SELECT ${ENDPOINT} FROM webhook_endpoint WHERE client_id = $1 ORDER BY id`, [
        clientId,
      ]),
    );
  }

  async find(clientId: string, id: string): Promise<Endpoint | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<Endpoint[]>(`SELECT ${ENDPOINT} FROM webhook_endpoint WHERE client_id = $1 AND id = $2`, [
        clientId,
        id,
      ]),
    );
    return rows[0];
  }

  /**
   * Changes an endpoint as its client wants it; its failures then count anew. What an admin has disabled the client may
   * change in everything else.
   *
   * @returns undefined when the client has none with this id
   */
  async change(clientId: string, id: string, change: EndpointChange): Promise<Endpoint | Held | undefined> {
    const { url, types, state } = change;
    const changed = await this.update(CHANGE, [clientId, id, url ?? null, types ?? null, state ?? null]);
    if (changed !== undefined) return changed;
    return (await this.find(clientId, id)) === undefined ? undefined : 'held';
  }

  /** Disables an endpoint until an admin enables it again, which its client is told of, or does that. @returns undefined when there is none with this id */
  async switchByAdmin(id: string, state: EndpointState): Promise<Endpoint | undefined> {
    const rows = await withDatabase(() => this.database.query<Endpoint[]>(SWITCH, [id, state]));
    return rows[0];
  }

  /**
   * Gives an endpoint a new secret; for `overlapMs` requests are signed with the one before, too.
   *
   * @returns 'overlapping' while they are, unless it is forced: nothing has changed; undefined when there is none
   */
  async rotate(
    clientId: string,
    id: string,
    secret: string,
    overlapMs: number,
    force = false,
  ): Promise<Endpoint | 'overlapping' | undefined> {
    const rotated = await this.update(ROTATE, [clientId, id, secret, overlapMs, force]);
    if (rotated !== undefined) return rotated;
    return (await this.find(clientId, id)) === undefined ? undefined : 'overlapping';
  }

  /** Removes an endpoint with its deliveries. @returns undefined when the client has none with this id */
  async remove(clientId: string, id: string): Promise<'removed' | Held | undefined> {
    const disabled = await this.change(clientId, id, { state: 'disabled' });
    if (disabled === undefined || disabled === 'held') return disabled;
    if (disabled.disabledWhy === 'by_admin') return 'held';
    for (let removed = REMOVED_AT_ONCE; removed === REMOVED_AT_ONCE;) {
      [, removed] = await withDatabase(() =>
        this.database.query<[unknown, number]>(
          `DELETE FROM webhook_delivery WHERE endpoint_id = $1 AND event_id = ANY (ARRAY(
             SELECT event_id FROM webhook_delivery WHERE endpoint_id = $1 LIMIT $2))`,
          [id, REMOVED_AT_ONCE],
        ),
      );
    }
    await withDatabase(() => this.database.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [id]));
    return 'removed';
  }

  /** Up to `most` endpoints of all clients, the oldest first, for people who run the installation. */
  listAll(most: number): Promise<ListedEndpoint[]> {
    return withDatabase(() => this.database.query<ListedEndpoint[]>(LIST_ALL, [most]));
  }

  /** Whether any client has an endpoint with this id. */
  async exists(id: string): Promise<boolean> {
    const rows = await withDatabase(() =>
      this.database.query<unknown[]>(`SELECT FROM webhook_endpoint WHERE id = $1`, [id]),
    );
    return rows.length === 1;
  }

  private async update(statement: string, values: readonly unknown[]): Promise<Endpoint | undefined> {
    const [rows] = await withDatabase(() => this.database.query<[Endpoint[], number]>(statement, [...values]));
    return rows[0];
  }
}

const ENDPOINT = `id, client_id AS "clientId", url, types, state, disabled_why AS "disabledWhy",
  failing_since AS "failingSince", CASE WHEN old_secret_until > now() THEN old_secret_until END AS "oldSecretUntil",
  created_at AS "createdAt", changed_at AS "changedAt"`;

const ANEW = `failures = 0, failing_since = NULL, paused_until = NULL, slow = false, changed_at = now()`;

/** A client that disables what is disabled already leaves the reason as it was. */
const CHANGE = `
  UPDATE webhook_endpoint SET url = coalesce($3, url), types = coalesce($4, types), state = coalesce($5, state),
    disabled_why = CASE coalesce($5, state) WHEN 'disabled' THEN coalesce(disabled_why, 'by_client') END, ${ANEW}
  WHERE client_id = $1 AND id = $2 AND (disabled_why IS DISTINCT FROM 'by_admin' OR $5 IS DISTINCT FROM 'enabled')
  RETURNING ${ENDPOINT}`;

/** Who has disabled it already says so again, and the client is told once. */
const SWITCH = `
  WITH before AS MATERIALIZED (
    SELECT id, disabled_why FROM webhook_endpoint WHERE id = $1 FOR UPDATE
  ), switched AS (
    UPDATE webhook_endpoint SET state = $2, disabled_why = CASE $2 WHEN 'disabled' THEN 'by_admin' END, ${ANEW}
    WHERE id = (SELECT id FROM before)
    RETURNING *
  ), news AS (
    SELECT s.* FROM switched s JOIN before b ON b.id = s.id WHERE b.disabled_why IS DISTINCT FROM s.disabled_why
  ), the_notice AS (${noticeOf('news')}
  )
  SELECT ${ENDPOINT} FROM switched`;

const ROTATE = `
  UPDATE webhook_endpoint SET old_secret = secret, old_secret_until = now() + $4 * interval '1 millisecond', secret = $3,
    changed_at = now()
  WHERE client_id = $1 AND id = $2 AND ($5 OR old_secret_until IS NULL OR old_secret_until <= now())
  RETURNING ${ENDPOINT}`;

const LIST_ALL = `
  SELECT w.*, c.name AS client,
    (SELECT count(*)::float8 FROM webhook_delivery d WHERE d.endpoint_id = w.id AND d.state = 'waiting') AS waiting,
    (SELECT count(*)::float8 FROM webhook_delivery d WHERE d.endpoint_id = w.id AND d.state = 'failed') AS failed
  FROM (SELECT ${ENDPOINT} FROM webhook_endpoint ORDER BY id LIMIT $1) AS w
  JOIN client c ON c.id = w."clientId"
  ORDER BY w.id`;
