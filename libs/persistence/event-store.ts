import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';
import { runPrepared, runPreparedIn, type PreparedStatement } from './run-prepared.js';

/** Puts events in order, and forgets old ones. */
export class EventStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Gives up to `most` events that were committed without a place their place in the one order that all readers go by,
   * and makes their deliveries. One at a time does it, whoever else asks meanwhile is told 0: so whatever has a place
   * is behind everything that had one before, and who has read up to a place misses nothing.
   *
   * @returns how many events have got their place
   * @throws DatabaseLate; nothing is then half-written
   */
  order(most: number): Promise<number> {
    return withDatabase(async () => {
      // asked for many times a second, mostly in vain
      const [left] = await runPrepared<{ any: boolean }>(this.database, ANY_LEFT, []);
      if (left?.any !== true) return 0;
      return this.database.transaction(async (transaction) => {
        const [turn] = await transaction.query<{ mine: boolean }[]>(
          `SELECT pg_try_advisory_xact_lock(hashtext('portcullis.events')) AS mine`,
        );
        if (turn?.mine !== true) return 0;
        // a statement of its own: it sees all that the one who held the turn before has written
        const [done] = await runPreparedIn<{ ordered: number }>(transaction, ORDER, [most]);
        return done?.ordered ?? 0;
      });
    });
  }

  /**
   * Forgets up to `most` events older than `keepMs`, with their deliveries. A client's newest stays until the one after it
   * is that old, too: whoever had it last has missed nothing, however quiet the client was.
   *
   * @returns how many
   */
  async forget(keepMs: number, most: number): Promise<number> {
    const [rows] = await withDatabase(() =>
      this.database.query<[{ forgotten: number }[], number]>(FORGET, [keepMs, most]),
    );
    return rows[0]?.forgotten ?? 0;
  }
}

/** Each kind has an index of those without a place. */
const ANY_LEFT: PreparedStatement = {
  name: 'any-unordered',
  text: `
  SELECT
    (SELECT id FROM event WHERE seq IS NULL AND asset_id IS NOT NULL ORDER BY written LIMIT 1) IS NOT NULL OR
    (SELECT id FROM event WHERE seq IS NULL AND type = 'endpoint.disabled' ORDER BY written LIMIT 1) IS NOT NULL AS any`,
};

/** An endpoint that is being removed is waited for, and then has no deliveries: the others have theirs. */
const ORDER: PreparedStatement = {
  name: 'order-events',
  text: `
  WITH placed AS (
    SELECT id, nextval('event_seq') AS seq
    FROM (
      SELECT id FROM (
        (SELECT id, written FROM event WHERE seq IS NULL AND asset_id IS NOT NULL ORDER BY written LIMIT $1)
        UNION ALL
        (SELECT id, written FROM event WHERE seq IS NULL AND type = 'endpoint.disabled' ORDER BY written LIMIT $1)
      ) AS both_kinds ORDER BY written LIMIT $1) AS next
  ), ordered AS (
    UPDATE event e SET seq = p.seq FROM placed p WHERE e.id = p.id RETURNING e.id, e.client_id, e.type
  ), endpoints AS MATERIALIZED (
    SELECT id, client_id, types FROM webhook_endpoint
    WHERE state = 'enabled' AND client_id IN (SELECT client_id FROM ordered)
    FOR KEY SHARE
  ), the_deliveries AS (
    INSERT INTO webhook_delivery (endpoint_id, event_id)
    SELECT w.id, o.id
    FROM ordered o JOIN endpoints w ON w.client_id = o.client_id AND (w.types = '{}' OR o.type = ANY (w.types))
  )
  SELECT count(*)::integer AS ordered FROM ordered`,
};

/** Ids are in the order of time. */
const FORGET = `
  WITH old AS (
    SELECT id FROM event
    WHERE id < event_id_of(now() - $1 * interval '1 millisecond', '00000000-0000-0000-0000-000000000000')
      AND CASE WHEN seq IS NULL THEN type = 'webhook.test' ELSE (
        SELECT after.id < event_id_of(now() - $1 * interval '1 millisecond', '00000000-0000-0000-0000-000000000000')
        FROM event after WHERE after.client_id = event.client_id AND after.seq > event.seq ORDER BY after.seq LIMIT 1) END
    ORDER BY id LIMIT $2
  ), forgotten AS (
    DELETE FROM event WHERE id IN (SELECT id FROM old) RETURNING created_at
  )
  UPDATE event_book SET kept_from = greatest(kept_from, (SELECT max(created_at) FROM forgotten))
  RETURNING (SELECT count(*)::integer FROM forgotten) AS forgotten`;
