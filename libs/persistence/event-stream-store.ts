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

  /**
   * The place behind which whoever had this id last goes on; undefined where it is not known (any more), or is another
   * client's. An id of `idBefore` that stands for no event is known while the client has had none, and then for as long as
   * nothing after it was forgotten.
   */
  async placeOf(clientId: string, id: string): Promise<number | undefined> {
    const sinceMs = BEFORE_ALL.exec(id.toLowerCase())?.slice(1, 3).join('');
    const [statement, values] =
      sinceMs === undefined ? [PLACE_OF, [id, clientId]] : [PLACE_BEFORE_ALL, [Number.parseInt(sinceMs, 16), clientId]];
    const rows = await withDatabase(() => this.database.query<{ seq: number }[]>(statement, values));
    return rows[0]?.seq;
  }

  /**
   * What a client would have had last that has read everything up to a place: its last event's id, or where it has none
   * one that stands for none.
   */
  async idBefore(clientId: string, place: number): Promise<string> {
    const rows = await withDatabase(() => this.database.query<{ id: string }[]>(ID_BEFORE, [clientId, place]));
    if (rows[0] === undefined) throw new Error('a query for one row gave none');
    return rows[0].id;
  }

  /** Those of some keys, by their ids, that are still good. */
  async goodKeys(keyIds: readonly string[]): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(`SELECT k.id FROM api_key k WHERE k.id = ANY ($1) AND ${ACTIVE}`, [keyIds]),
    );
    return rows.map(({ id }) => id);
  }
}

/**
 * The same place under an id that is known for longer: one that stands for no event, and is older than two hours, is made
 * an hour old. Whoever has it has read everything since, and clocks differ by less.
 */
export function renewedId(id: string, nowMs: number): string {
  const sinceMs = BEFORE_ALL.exec(id.toLowerCase())?.slice(1, 3).join('');
  const freshMs = nowMs - HOUR_MS;
  if (sinceMs === undefined || Number.parseInt(sinceMs, 16) >= freshMs - HOUR_MS) return id;
  const hex = freshMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-3000-0000-000000000000`;
}

const HOUR_MS = 3_600_000;

const PLACED = `${storedEvent('event')}, seq::float8 AS seq, client_id AS "clientId"`;

/** As `event_id_of` makes it of a moment and of zeros: no event has it. */
const BEFORE_ALL = /^([0-9a-f]{8})-([0-9a-f]{4})-3000-0000-000000000000$/;
const ZEROS = '00000000-0000-0000-0000-000000000000';

const ID_BEFORE = `
  SELECT coalesce(
    (SELECT id FROM event WHERE client_id = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1),
    event_id_of(now(), '${ZEROS}')) AS id`;

const PLACE_OF = `SELECT seq::float8 AS seq FROM event WHERE id = $1 AND client_id = $2 AND seq IS NOT NULL`;

/** Whoever has it had nothing before, so that all that there is came after. */
const PLACE_BEFORE_ALL = `
  SELECT 0::float8 AS seq FROM event_book
  WHERE to_timestamp($1::float8 / 1000) <= now() AND (kept_from <= to_timestamp($1::float8 / 1000)
    OR NOT EXISTS (SELECT 1 FROM event WHERE client_id = $2 AND seq IS NOT NULL))`;

const BEHIND = `
  SELECT coalesce((SELECT max(seq) FROM event), 0)::float8 AS head, (
    SELECT coalesce(jsonb_agg(e ORDER BY e.seq), '[]')
    FROM (SELECT ${PLACED} FROM event WHERE event.seq > $1 ORDER BY event.seq LIMIT $2) AS e) AS events`;

const OF_CLIENT = `
  SELECT ${PLACED} FROM event WHERE client_id = $1 AND event.seq > $2 AND event.seq <= $3 ORDER BY event.seq LIMIT $4`;
