import type { DataSource } from 'typeorm';

import type { DeliveryPlace } from '#contracts/delivery-list.js';
import type { DeliveryState, EndpointState } from '#moderation/events/event-types.js';

import { briefly } from './briefly.js';
import { BY_INDEX, OF_ENDPOINT, type LoggedDelivery } from './delivery-log-store.js';
import { withDatabase } from './errors.js';

/** A delivery among those of all clients. */
export interface ListedDelivery extends LoggedDelivery {
  readonly endpointId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly url: string;
  readonly endpointState: EndpointState;
  /** It is being sent now. */
  readonly inHand: boolean;
  /** When it is due, in microseconds since 1970. */
  readonly dueMicros: string;
}

export interface DeliveryListFilter {
  readonly state: DeliveryState;
  readonly client?: string | undefined;
  readonly endpoint?: string | undefined;
  /** Where the page before ended. */
  readonly after?: DeliveryPlace | undefined;
  /** How many at most. */
  readonly limit: number;
}

const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const BEGIN: Readonly<Record<DeliveryState, DeliveryPlace>> = {
  waiting: { dueMicros: '0', eventId: LOWEST, endpointId: LOWEST },
  failed: { dueMicros: '0', eventId: HIGHEST, endpointId: HIGHEST },
  delivered: { dueMicros: '0', eventId: HIGHEST, endpointId: HIGHEST },
};

/** Deliveries of all clients, for those who run the installation. */
export class DeliveryListStore {
  constructor(private readonly database: DataSource) {}

  /**
   * One page: of those that wait the one that is tried next comes first, of others the newest event. One that waits may
   * move while pages are read, and then comes twice.
   *
   * @throws DatabaseLate, also when it takes longer than two seconds
   */
  page({ state, client, endpoint, after = BEGIN[state], limit }: DeliveryListFilter): Promise<ListedDelivery[]> {
    const { eventId, endpointId, dueMicros } = after;
    const isOfAll = client === undefined && endpoint === undefined;
    const place = [limit, eventId, endpointId];
    const narrowed = [...place, client ?? null, endpoint ?? null];
    const [statement, values] =
      state === 'waiting'
        ? [WAITING, [...narrowed, dueMicros]]
        : state === 'delivered' && isOfAll
          ? [DELIVERED, place]
          : [state === 'failed' ? FAILED_OF_EACH : DELIVERED_OF_EACH, narrowed];
    return briefly(this.database, async (transaction) => {
      await transaction.query(BY_INDEX);
      return transaction.query<ListedDelivery[]>(statement, values);
    });
  }

  async find(endpointId: string, eventId: string): Promise<ListedDelivery | undefined> {
    const rows = await withDatabase(() => this.database.query<ListedDelivery[]>(FIND, [endpointId, eventId]));
    return rows[0];
  }
}

/** @param order of the rows of `found`, which has `endpoint_id` and `event_id` */
const listed = (found: string, order: string): string => `
  SELECT d.endpoint_id AS "endpointId", w.client_id AS "clientId", c.name AS "clientName", w.url,
    w.state AS "endpointState", e.id AS "eventId", e.type, e.asset_id AS "assetId", e.sequence, d.state, d.attempts,
    CASE WHEN d.state = 'waiting' THEN d.next_at END AS "nextAt", d.status AS "lastStatus", d.error AS "lastError",
    d.response_ms AS "responseMs", d.attempted_at AS "attemptedAt", e.created_at AS "createdAt",
    d.lease_token IS NOT NULL AND d.state = 'waiting' AS "inHand",
    floor(extract(epoch FROM d.next_at) * 1000000)::bigint::text AS "dueMicros"
  FROM (${found}) AS d
  JOIN webhook_endpoint w ON w.id = d.endpoint_id JOIN client c ON c.id = w.client_id JOIN event e ON e.id = d.event_id
  ${order}`;

/**
 * A page of each endpoint, of which the first are taken. $4: client, $5: endpoint; null for all.
 *
 * @param index its order, with the endpoint first
 */
const ofEach = (page: string, index: string, order: string): string =>
  listed(
    `SELECT d.* FROM webhook_endpoint w CROSS JOIN LATERAL (
       SELECT * FROM webhook_delivery d WHERE ${OF_ENDPOINT} AND ${page} ORDER BY ${index} LIMIT $1) AS d
     WHERE ($4::uuid IS NULL OR w.client_id = $4) AND ($5::uuid IS NULL OR w.id = $5)
     ${order} LIMIT $1`,
    order,
  );

const BY_TURN = 'ORDER BY d.next_at, d.event_id, d.endpoint_id';
/** $6: microseconds since 1970. */
const DUE = `'epoch'::timestamptz + $6::bigint * interval '1 microsecond'`;
const WAITING = ofEach(
  `d.state = 'waiting' AND (d.endpoint_id, d.next_at, d.event_id) >= (w.id, ${DUE}, $2::uuid)
     AND (d.next_at, d.event_id, d.endpoint_id) > (${DUE}, $2::uuid, $3::uuid)`,
  'd.endpoint_id, d.next_at, d.event_id',
  BY_TURN,
);

const NEWEST = 'ORDER BY d.event_id DESC, d.endpoint_id DESC';
const AFTER = '(d.event_id, d.endpoint_id) < ($2::uuid, $3::uuid)';
const ended = (state: DeliveryState): string =>
  ofEach(
    `d.state = '${state}' AND (d.endpoint_id, d.event_id) <= (w.id, $2::uuid) AND ${AFTER}`,
    'd.endpoint_id DESC, d.event_id DESC',
    NEWEST,
  );
const FAILED_OF_EACH = ended('failed');
const DELIVERED_OF_EACH = ended('delivered');

/** Of all endpoints most are: they are found among the newest events. */
const DELIVERED = listed(
  `SELECT d.* FROM webhook_delivery d WHERE d.state = 'delivered' AND ${AFTER} ${NEWEST} LIMIT $1`,
  NEWEST,
);

const FIND = listed('SELECT * FROM webhook_delivery WHERE endpoint_id = $1 AND event_id = $2', '');
