import type { DataSource } from 'typeorm';

import type { PerceptualHash } from '#contracts/prepared-image.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

/** An asset a worker holds the lease on, with what it needs to label it. */
export interface LeasedAsset {
  readonly assetId: string;
  readonly clientId: string;
  readonly attempts: number;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
  /** Null where nobody has computed it yet. */
  readonly perceptual: PerceptualHash | null;
}

/** A worker's hold on what it takes. */
export interface Lease {
  readonly token: string;
  /** From now on; it may be renewed. */
  readonly ms: number;
}

/** What of a class may be leased now. */
export interface Waiting {
  readonly trafficClass: TrafficClass;
  /** Of what may go in company. */
  readonly count: number;
  /** How long the first of that has been there, by the database's clock. */
  readonly oldestMs: number;
  /** Until the first final of that is promised; Infinity where nothing is. */
  readonly leftMs: number;
  /** A late block has brought some of that forward. */
  readonly hurried: boolean;
  /** There is what is to be looked at alone. */
  readonly tried: boolean;
}

interface WaitingRow extends Omit<Waiting, 'oldestMs' | 'leftMs'> {
  readonly oldestMs: number | null;
  readonly leftMs: number | null;
}

export interface Backlog {
  readonly pending: number;
}

/**
 * What still lacks its final label: one row an asset, gone when the final is written. It is the queue of the heavy tier:
 * workers lease from it. A lease fences its worker: without the token nothing is written. Until `lease_expires_at` nobody
 * may have a row: it is held under its token, or put off where it has none.
 */
export class PendingFinalStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Leases up to `most` assets of a class that may go in company, in their order: what a worker left that died, for the
   * first time; those that a late block has brought forward; and then by their arrival. Counts the attempt. What others are
   * taking at this moment is passed over, so that workers share the work and none waits for another.
   *
   * @param own tokens of what the worker has in hand: it is at work on that, though it was too slow to keep the lease
   */
  leaseFresh(
    trafficClass: TrafficClass,
    most: number,
    { token, ms }: Lease,
    own: readonly string[] = [],
  ): Promise<LeasedAsset[]> {
    const values = [token, ms, trafficClass, most, own];
    return withDatabase(() => runPrepared<LeasedAsset>(this.database, LEASE_FRESH, values));
  }

  /**
   * Leases one asset of a class that failed before, or that workers have died over more than once, and is not held or put
   * off: by itself, for it may take its worker down. Counts the attempt.
   *
   * @param own as for `leaseFresh`
   */
  leaseTried(trafficClass: TrafficClass, { token, ms }: Lease, own: readonly string[] = []): Promise<LeasedAsset[]> {
    return withDatabase(() => runPrepared<LeasedAsset>(this.database, LEASE_TRIED, [token, ms, trafficClass, own]));
  }

  /** Leases those of `assetIds` that lack a final and that may be had; counts the attempt. */
  async lease(assetIds: readonly string[], token: string, leaseMs: number): Promise<LeasedAsset[]> {
    const [rows] = await withDatabase(() =>
      this.database.query<[LeasedAsset[], number]>(LEASE_GIVEN, [token, leaseMs, assetIds]),
    );
    return rows;
  }

  /** Prolongs a running lease. A lease that was lost stays lost. */
  async renew(token: string, leaseMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET lease_expires_at = now() + $2 * interval '1 millisecond'
         WHERE lease_token = $1 AND lease_expires_at > now() AND ${IS_BEGUN}`,
        [token, leaseMs],
      ),
    );
  }

  /** Gives an asset back for another try after `delayMs`, with what went wrong. */
  async giveBack(assetIds: readonly string[], token: string, delayMs: number, error: string): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET lease_token = NULL, lease_expires_at = now() + $3 * interval '1 millisecond',
           last_error = $4
         WHERE asset_id = ANY ($1) AND lease_token = $2`,
        [assetIds, token, delayMs, error],
      ),
    );
  }

  /**
   * Gives everything under a lease back untried, to be had after `delayMs`: the worker leaves before it got to it, or what
   * it needs for all assets alike is away. That is no attempt.
   */
  async handBack(token: string, delayMs: number): Promise<void> {
    await withDatabase(() => runPrepared(this.database, HAND_BACK, [token, delayMs]));
  }

  /**
   * What of each class may be leased now, by its order of urgency.
   *
   * @param most of each class: no more are counted, however many wait
   * @param own as for `leaseFresh`
   */
  async waiting(most: Readonly<Record<TrafficClass, number>>, own: readonly string[] = []): Promise<Waiting[]> {
    const values = [TRAFFIC_CLASSES, TRAFFIC_CLASSES.map((of) => most[of]), own];
    const rows = await withDatabase(() => runPrepared<WaitingRow>(this.database, WAITING, values));
    return TRAFFIC_CLASSES.flatMap((of) => rows.find(({ trafficClass }) => trafficClass === of) ?? []).map((row) => ({
      ...row,
      oldestMs: row.oldestMs ?? 0,
      leftMs: row.leftMs ?? Infinity,
    }));
  }

  async backlog(): Promise<Backlog> {
    const rows = await withDatabase(() =>
      this.database.query<{ pending: string }[]>(`SELECT count(*) AS pending FROM pending_final`),
    );
    return { pending: Number(rows[0]?.pending ?? 0) };
  }
}

/** As the indices have it: nobody has begun it. */
const IS_FRESH = `attempts = 0 AND lease_expires_at IS NULL`;
/** As the other index has it: somebody has. */
const IS_BEGUN = `(attempts > 0 OR lease_expires_at IS NOT NULL)`;
/** Of a row, begun or not: it may be leased now. */
const IS_FREE = `coalesce(lease_expires_at, '-infinity') < now()`;

/** Of a row that is free: one worker died over it, which says little of any that it had in hand. What failed has no token. */
const IS_ORPHAN = `attempts = 1 AND lease_token IS NOT NULL`;

/** Of a row that was tried: it is looked at by itself. */
const IS_FOR_ALONE = `attempts > 0 AND NOT (${IS_ORPHAN})`;
/** Of a row: it was under none of these tokens. */
const isOthers = (tokens: string): string => `coalesce(lease_token <> ALL (${tokens}::uuid[]), true)`;

/** Leases what `chosen` selects and locks; $1 is the token, $2 milliseconds. By an array: for a join PostgreSQL may read all rows. */
const leaseOf = (chosen: string): string => `
  UPDATE pending_final p
  SET lease_token = $1, lease_expires_at = now() + $2 * interval '1 millisecond', attempts = p.attempts + 1
  FROM asset a
  WHERE a.id = p.asset_id AND p.asset_id = ANY (ARRAY(${chosen}))
  RETURNING p.asset_id AS "assetId", a.client_id AS "clientId", p.attempts, encode(a.sha256, 'hex') AS sha256,
    CASE WHEN a.pdq IS NOT NULL THEN
      jsonb_build_object('pdq', encode(a.pdq, 'hex'), 'quality', a.pdq_quality) END AS perceptual`;

/**
 * What a dead worker had comes first: it is labelled as fast as anything. Then what was handed back untried, for it had come
 * to the head before; it has half a batch at the most: what it waited for may be away again, and the others do not wait for
 * that.
 */
const LEASE_FRESH: PreparedStatement = {
  name: 'lease-fresh',
  text: `
    WITH orphaned AS MATERIALIZED (
      SELECT asset_id FROM pending_final
      WHERE traffic_class = $3 AND ${IS_BEGUN} AND ${IS_FREE} AND ${IS_ORPHAN} AND ${isOthers('$5')}
      ORDER BY coalesce(lease_expires_at, '-infinity') LIMIT $4::integer FOR UPDATE SKIP LOCKED
    ), returned AS MATERIALIZED (
      SELECT asset_id FROM pending_final
      WHERE traffic_class = $3 AND ${IS_BEGUN} AND ${IS_FREE} AND attempts = 0
      ORDER BY coalesce(lease_expires_at, '-infinity')
      LIMIT least(($4 + 1) / 2, $4 - (SELECT count(*) FROM orphaned)) FOR UPDATE SKIP LOCKED
    ), fresh AS MATERIALIZED (
      SELECT asset_id FROM pending_final WHERE traffic_class = $3 AND ${IS_FRESH}
      ORDER BY hurried_at, received_at, asset_id
      LIMIT $4 - (SELECT count(*) FROM orphaned) - (SELECT count(*) FROM returned) FOR UPDATE SKIP LOCKED
    )
    ${leaseOf('TABLE orphaned UNION ALL TABLE returned UNION ALL TABLE fresh')}`,
};

/**
 * On the connections that leases are taken on. The others may be refused, or all be taken, for as long as leases go well: what
 * is leased then and cannot be labelled would else be counted as tried, time and again, until it is taken for deadly.
 */
const HAND_BACK: PreparedStatement = {
  name: 'hand-back',
  text: `
    UPDATE pending_final SET lease_token = NULL, attempts = attempts - 1,
      lease_expires_at = CASE WHEN $2::float8 > 0 THEN now() + $2 * interval '1 millisecond' END
    WHERE lease_token = $1 AND ${IS_BEGUN}`,
};

const LEASE_TRIED: PreparedStatement = {
  name: 'lease-tried',
  text: leaseOf(`
    SELECT asset_id FROM pending_final
    WHERE traffic_class = $3 AND ${IS_BEGUN} AND ${IS_FREE} AND ${IS_FOR_ALONE} AND ${isOthers('$4')}
    ORDER BY coalesce(lease_expires_at, '-infinity') LIMIT 1 FOR UPDATE SKIP LOCKED`),
};

const LEASE_GIVEN = leaseOf(
  `SELECT asset_id FROM pending_final WHERE asset_id = ANY ($3::uuid[]) AND ${IS_FREE} ORDER BY asset_id FOR UPDATE`,
);

const WAITING: PreparedStatement = {
  name: 'waiting',
  text: `
    SELECT c.of AS "trafficClass", w.count, w.oldest_ms AS "oldestMs", w.left_ms AS "leftMs", w.hurried,
      EXISTS (SELECT FROM pending_final WHERE traffic_class = c.of AND ${IS_BEGUN} AND ${IS_FREE} AND ${IS_FOR_ALONE}
        AND ${isOthers('$3')}) AS tried
    FROM unnest($1::text[], $2::integer[]) AS c (of, most), LATERAL (
      SELECT count(*)::integer AS count, extract(epoch FROM now() - min(received_at))::float8 * 1000 AS oldest_ms,
        CASE WHEN isfinite(min(final_by)) THEN extract(epoch FROM min(final_by) - now())::float8 * 1000 END AS left_ms,
        coalesce(bool_or(hurried_at IS NOT NULL), false) AS hurried
      FROM (
        (SELECT received_at, final_by, hurried_at FROM pending_final WHERE traffic_class = c.of AND ${IS_FRESH}
         ORDER BY hurried_at, received_at, asset_id LIMIT c.most)
        UNION ALL
        (SELECT received_at, final_by, hurried_at FROM pending_final
         WHERE traffic_class = c.of AND ${IS_BEGUN} AND ${IS_FREE}
           AND (attempts = 0 OR ${IS_ORPHAN} AND ${isOthers('$3')}) LIMIT c.most)) AS first) AS w`,
};
