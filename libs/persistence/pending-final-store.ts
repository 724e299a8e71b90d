import type { DataSource } from 'typeorm';

import type { PerceptualHash } from '#contracts/prepared-image.js';
import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';

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

/** An asset whose bell has to be rung again. */
export interface DueAsset {
  readonly assetId: string;
  readonly trafficClass: TrafficClass;
  /** Begun so often and not ended. */
  readonly attempts: number;
  /** A late block has brought it forward. */
  readonly hurried: boolean;
}

export interface Backlog {
  readonly pending: number;
}

/** As many as the column holds. */
const TRIED_MAX = 2_147_483_647;

/**
 * What still lacks its final label: one row an asset, gone when the final is written. The truth behind the queue,
 * which may be wiped at any moment. A lease fences its worker: without the token nothing is written.
 */
export class PendingFinalStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Leases those of `assetIds` that lack a final and that nobody holds; counts the attempt. Of several, what somebody is
   * writing to at this moment is passed over; of one it is waited for: whoever holds nothing waits in no circle.
   *
   * @param triedMax what was tried more often than that is left alone
   */
  async lease(
    assetIds: readonly string[],
    token: string,
    leaseMs: number,
    triedMax = TRIED_MAX,
  ): Promise<LeasedAsset[]> {
    const [rows] = await withDatabase(() =>
      this.database.query<[LeasedAsset[], number]>(
        `UPDATE pending_final p
         SET lease_token = $2, lease_expires_at = now() + $3 * interval '1 millisecond', attempts = p.attempts + 1,
             due_at = now() + $3 * interval '1 millisecond'
         FROM asset a
         WHERE a.id = p.asset_id AND p.asset_id IN (
           SELECT asset_id FROM pending_final
           WHERE asset_id = ANY ($1) AND attempts <= $4 AND (lease_expires_at IS NULL OR lease_expires_at < now())
           ORDER BY asset_id FOR UPDATE ${assetIds.length > 1 ? 'SKIP LOCKED' : ''})
         RETURNING p.asset_id AS "assetId", a.client_id AS "clientId", p.attempts,
           encode(a.sha256, 'hex') AS sha256, CASE WHEN a.pdq IS NOT NULL THEN
             jsonb_build_object('pdq', encode(a.pdq, 'hex'), 'quality', a.pdq_quality) END AS perceptual`,
        [assetIds, token, leaseMs, triedMax],
      ),
    );
    return rows;
  }

  /** Those of `assetIds` that could be leased now, in their order; it waits for nobody who is writing to them. */
  async free(assetIds: readonly string[]): Promise<string[]> {
    if (assetIds.length === 0) return [];
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `SELECT asset_id AS id FROM pending_final
         WHERE asset_id = ANY ($1::uuid[]) AND (lease_expires_at IS NULL OR lease_expires_at < now())
         ORDER BY array_position($1::uuid[], asset_id)`,
        [assetIds],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** Prolongs a running lease. A lease that was lost stays lost. */
  async renew(token: string, leaseMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET lease_expires_at = now() + $2 * interval '1 millisecond',
           due_at = now() + $2 * interval '1 millisecond'
         WHERE lease_token = $1 AND lease_expires_at > now()`,
        [token, leaseMs],
      ),
    );
  }

  /** Gives assets back for another try after `delayMs`, with what went wrong. */
  async giveBack(assetIds: readonly string[], token: string, delayMs: number, error: string): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET lease_token = NULL, lease_expires_at = NULL, last_error = $4,
           due_at = now() + $3 * interval '1 millisecond'
         WHERE asset_id = ANY ($1) AND lease_token = $2`,
        [assetIds, token, delayMs, error],
      ),
    );
  }

  /**
   * Gives everything under a lease back untried, due after `delayMs`: the worker leaves before it got to it, or what it
   * needs for all assets alike is away. That is no attempt.
   */
  async handBack(token: string, delayMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET lease_token = NULL, lease_expires_at = NULL, attempts = attempts - 1,
           due_at = now() + $2 * interval '1 millisecond'
         WHERE lease_token = $1`,
        [token, delayMs],
      ),
    );
  }

  /**
   * Takes up to `most` assets whose bell is overdue, oldest first, and puts their next due time `againMs` ahead, so that
   * several sweepers share the work and nothing is rung for all the time. By an array: for a join PostgreSQL may read all
   * rows.
   *
   * @param overdueMs by how much at least
   */
  async takeDue(most: number, againMs: number, overdueMs = 0): Promise<DueAsset[]> {
    const [rows] = await withDatabase(() =>
      this.database.query<[DueAsset[], number]>(
        `UPDATE pending_final SET due_at = now() + $2 * interval '1 millisecond'
         WHERE asset_id = ANY (ARRAY(
           SELECT asset_id FROM pending_final
           WHERE due_at < now() - $3 * interval '1 millisecond'
             AND (lease_expires_at IS NULL OR lease_expires_at < now())
           ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
         RETURNING asset_id AS "assetId", traffic_class AS "trafficClass", attempts, hurried_at IS NOT NULL AS hurried`,
        [most, againMs, overdueMs],
      ),
    );
    return rows;
  }

  /**
   * Takes up to `most` assets that a worker died over, oldest first, and puts their next due time `againMs` ahead: those
   * whose lease has run out within the last minute, and those of `inHand`, which the queue takes for held, that are
   * overdue and under no lease. Both are few among however many wait.
   */
  async takeForsaken(inHand: readonly string[], most: number, againMs: number): Promise<DueAsset[]> {
    const [rows] = await withDatabase(() =>
      this.database.query<[DueAsset[], number]>(
        `UPDATE pending_final SET due_at = now() + $3 * interval '1 millisecond'
         WHERE asset_id = ANY (ARRAY(
           SELECT asset_id FROM pending_final
           WHERE asset_id = ANY (ARRAY(
               SELECT unnest($1::uuid[]) UNION
               SELECT asset_id FROM pending_final
               WHERE due_at > now() - interval '1 minute' AND due_at < now() AND lease_token IS NOT NULL))
             AND due_at < now() AND (lease_expires_at IS NULL OR lease_expires_at < now())
           ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED))
         RETURNING asset_id AS "assetId", traffic_class AS "trafficClass", attempts, hurried_at IS NOT NULL AS hurried`,
        [inHand, most, againMs],
      ),
    );
    return rows;
  }

  /**
   * Puts off to `againMs` from now when assets are rung for again: somebody has heard of them. What is under a lease has its
   * own time.
   */
  async putOff(assetIds: readonly string[], againMs: number): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE pending_final SET due_at = now() + $2 * interval '1 millisecond'
         WHERE asset_id = ANY (ARRAY(
           SELECT asset_id FROM pending_final
           WHERE asset_id = ANY ($1) AND (lease_expires_at IS NULL OR lease_expires_at < now())
           ORDER BY asset_id FOR UPDATE SKIP LOCKED))`,
        [assetIds, againMs],
      ),
    );
  }

  /** How many of `assetIds` lack a final. */
  async countOf(assetIds: readonly string[]): Promise<number> {
    const rows = await withDatabase(() =>
      this.database.query<{ n: number }[]>(
        `SELECT count(*)::integer AS n FROM pending_final WHERE asset_id = ANY ($1)`,
        [assetIds],
      ),
    );
    return rows[0]?.n ?? 0;
  }

  /** How many bells are overdue. */
  async countDue(): Promise<number> {
    const rows = await withDatabase(() =>
      this.database.query<{ due: string }[]>(`SELECT count(*) AS due FROM pending_final WHERE due_at < now()`),
    );
    return Number(rows[0]?.due ?? 0);
  }

  async backlog(): Promise<Backlog> {
    const rows = await withDatabase(() =>
      this.database.query<{ pending: string }[]>(`SELECT count(*) AS pending FROM pending_final`),
    );
    return { pending: Number(rows[0]?.pending ?? 0) };
  }
}
