import type { DataSource } from 'typeorm';

import type { StoredEvent } from '#contracts/event-payload.js';

import { ACTIVE } from './access-store.js';
import { withDatabase } from './errors.js';
import { storedEvent } from './event-row.js';

/** An event with its place in the one order of all, and whose it is. */
export type PlacedEvent = StoredEvent & { readonly seq: number; readonly clientId: string };

/** What has happened behind a place, as of a moment. */
export interface EventsBehind {
  readonly events: readonly PlacedEvent[];
  /** The last place that was taken then. */
  readonly head: number;
}

/** Which part of a client's events is wanted. Places are those of `PlacedEvent`. */
export interface EventSpan {
  readonly after: number;
  readonly upTo: number;
}

/** What streams of events are made of. */
export class EventStreamStore {
  constructor(private readonly database: DataSource) {}

  /** Up to `most` events of all clients behind a place, in order. */
  async behind(after: number, most: number): Promise<EventsBehind> {
    const rows = await withDatabase(() => this.database.query<EventsBehind[]>(BEHIND, [after, most]));
    if (rows[0] === undefined) throw new Error('a query for one row gave none');
    return rows[0];
  }

  /** Up to `most` events of one client within a span, in order. */
  of(clientId: string, { after, upTo }: EventSpan, most: number): Promise<PlacedEvent[]> {
    return withDatabase(() => this.database.query<PlacedEvent[]>(OF_CLIENT, [clientId, after, upTo, most]));
  }

  /** The place of a client's event; undefined where there is none (any more), or it is another's. */
  async placeOf(clientId: string, eventId: string): Promise<number | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ seq: number }[]>(
        `SELECT seq::float8 AS seq FROM event WHERE id = $1 AND client_id = $2 AND seq IS NOT NULL`,
        [eventId, clientId],
      ),
    );
    return rows[0]?.seq;
  }

  /** Those of some keys, by their ids, that are still good. */
  async goodKeys(keyIds: readonly string[]): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(`SELECT k.id FROM api_key k WHERE k.id = ANY ($1) AND ${ACTIVE}`, [keyIds]),
    );
    return rows.map(({ id }) => id);
  }
}

const PLACED = `${storedEvent('event')}, seq::float8 AS seq, client_id AS "clientId"`;

const BEHIND = `
  SELECT coalesce((SELECT max(seq) FROM event), 0)::float8 AS head, (
    SELECT coalesce(jsonb_agg(e ORDER BY e.seq), '[]')
    FROM (SELECT ${PLACED} FROM event WHERE event.seq > $1 ORDER BY event.seq LIMIT $2) AS e) AS events`;

const OF_CLIENT = `
  SELECT ${PLACED} FROM event WHERE client_id = $1 AND event.seq > $2 AND event.seq <= $3 ORDER BY event.seq LIMIT $4`;
