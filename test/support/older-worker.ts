import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';

const MINUTE_MS = 60_000;

/**
 * The statements by which a worker of the release before `lease-work` took, kept and gave back work, word for word: it may
 * be at work beside one of today while services are restarted one after the other. Frozen, as that release is.
 */
export class OlderWorker {
  readonly token = randomUUID();

  constructor(private readonly database: DataSource) {}

  /** Leases what the queue named to it. @returns what it got, with the tries of each */
  async lease(assetIds: readonly string[]): Promise<{ id: string; attempts: number }[]> {
    const [rows] = await this.database.query<[{ id: string; attempts: number }[], number]>(
      `UPDATE pending_final p
       SET lease_token = $2, lease_expires_at = now() + $3 * interval '1 millisecond', attempts = p.attempts + 1,
           due_at = now() + $3 * interval '1 millisecond'
       FROM asset a
       WHERE a.id = p.asset_id AND p.asset_id IN (
         SELECT asset_id FROM pending_final
         WHERE asset_id = ANY ($1) AND attempts <= $4 AND (lease_expires_at IS NULL OR lease_expires_at < now())
         ORDER BY asset_id FOR UPDATE SKIP LOCKED)
       RETURNING p.asset_id AS id, p.attempts`,
      [assetIds, this.token, MINUTE_MS, 2_147_483_647],
    );
    return rows;
  }

  async renew(): Promise<void> {
    await this.database.query(
      `UPDATE pending_final SET lease_expires_at = now() + $2 * interval '1 millisecond',
         due_at = now() + $2 * interval '1 millisecond'
       WHERE lease_token = $1 AND lease_expires_at > now()`,
      [this.token, MINUTE_MS],
    );
  }

  async giveBack(assetIds: readonly string[], delayMs: number): Promise<void> {
    await this.database.query(
      `UPDATE pending_final SET lease_token = NULL, lease_expires_at = NULL, last_error = $4,
         due_at = now() + $3 * interval '1 millisecond'
       WHERE asset_id = ANY ($1) AND lease_token = $2`,
      [assetIds, this.token, delayMs, 'it failed'],
    );
  }

  async handBack(delayMs: number): Promise<void> {
    await this.database.query(
      `UPDATE pending_final SET lease_token = NULL, lease_expires_at = NULL, attempts = attempts - 1,
         due_at = now() + $2 * interval '1 millisecond'
       WHERE lease_token = $1`,
      [this.token, delayMs],
    );
  }

  /** What its sweeper rings for. */
  async sweep(): Promise<string[]> {
    const [rows] = await this.database.query<[{ id: string }[], number]>(
      `UPDATE pending_final SET due_at = now() + $2 * interval '1 millisecond'
       WHERE asset_id = ANY (ARRAY(
         SELECT asset_id FROM pending_final
         WHERE due_at < now() - $3 * interval '1 millisecond'
           AND (lease_expires_at IS NULL OR lease_expires_at < now())
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING asset_id AS id`,
      [1_000, MINUTE_MS, 0],
    );
    return rows.map(({ id }) => id);
  }
}
