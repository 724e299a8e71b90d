import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { ClientLimits } from '#contracts/access.js';
import type { ClientFacts, ClientName, ClientSettings } from '#contracts/client-answer.js';

import { ACTIVE } from './access-store.js';
import { inferredOn, waitingItems } from './day-quota.js';
import { withDatabase } from './errors.js';

/** An application that uploads. */
export interface Client extends ClientFacts {
  readonly createdAt: Date;
}

/** What is to change; what is left out stays. */
export type ClientChange = { readonly [Name in keyof ClientSettings]?: ClientSettings[Name] | undefined };

/** Clients, how much they may send, and how long it is kept. */
export class ClientStore {
  constructor(private readonly database: DataSource) {}

  /** One page, the newest first. @param after the id that the page before ended with */
  page(limit: number, after?: string): Promise<Client[]> {
    return withDatabase(() =>
      this.database.query<Client[]>(
        `SELECT ${COLUMNS} FROM client c WHERE $1::uuid IS NULL OR c.id < $1 ORDER BY c.id DESC LIMIT $2`,
        [after ?? null, limit],
      ),
    );
  }

  /** One page of their names, in order. @param after the name that the page before ended with */
  names(limit: number, after?: string): Promise<ClientName[]> {
    return withDatabase(() =>
      this.database.query<ClientName[]>(
        `SELECT id, name FROM client WHERE $1::text IS NULL OR name > $1 ORDER BY name LIMIT $2`,
        [after ?? null, limit],
      ),
    );
  }

  /** @param by its id or its name */
  async find(by: { readonly id: string } | { readonly name: string }): Promise<Client | undefined> {
    const [where, value] = 'id' in by ? ['c.id = $1', by.id] : ['c.name = $1', by.name];
    const rows = await withDatabase(() =>
      this.database.query<Client[]>(`SELECT ${COLUMNS} FROM client c WHERE ${where}`, [value]),
    );
    return rows[0];
  }

  /** @returns undefined when the name is taken */
  async create(name: string, settings: ClientLimits & ClientChange): Promise<Client | undefined> {
    const { uploadsPerMinute, assetsPerDay, retentionDays = null } = settings;
    const rows = await withDatabase(() =>
      this.database.query<Client[]>(
        `INSERT INTO client AS c (id, name, uploads_per_minute, assets_per_day, retention_days)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`,
        [uuidv7(), name, uploadsPerMinute, assetsPerDay, retentionDays],
      ),
    );
    return rows[0];
  }

  /** @returns undefined when there is none with this id */
  async change(id: string, change: ClientChange): Promise<Client | undefined> {
    const { uploadsPerMinute, assetsPerDay, retentionDays } = change;
    await withDatabase(() =>
      this.database.query(
        `UPDATE client SET
           uploads_per_minute = CASE WHEN $2 THEN $3::integer ELSE uploads_per_minute END,
           assets_per_day = CASE WHEN $4 THEN $5::integer ELSE assets_per_day END,
           retention_days = CASE WHEN $6 THEN $7::integer ELSE retention_days END
         WHERE id = $1`,
        [
          id,
          uploadsPerMinute !== undefined,
          uploadsPerMinute ?? null,
          assetsPerDay !== undefined,
          assetsPerDay ?? null,
          retentionDays !== undefined,
          retentionDays ?? null,
        ],
      ),
    );
    return this.find({ id });
  }

  /**
   * Counts a client's assets by their ids, which are in the order of time.
   *
   * @param from the first id that counts
   * @param settledBelow ids below it are counted apart too
   * @param exceptBy a process whose inferred images are not counted; left out: none
   */
  async countAssets(clientId: string, from: string, settledBelow: string, exceptBy?: string): Promise<AssetCount> {
    const rows = await withDatabase(() =>
      this.database.query<AssetCount[]>(
        `SELECT count(*)::float8 AS "all", (count(*) FILTER (WHERE id < $3))::float8 AS settled,
           (${waitingItems('$1')})::float8 AS waiting, (${inferredOn('$1', '$2', '$4')})::float8 AS inferred
         FROM asset WHERE client_id = $1 AND id >= $2`,
        [clientId, from, settledBelow, exceptBy ?? null],
      ),
    );
    return rows[0] ?? { all: 0, settled: 0, waiting: 0, inferred: 0 };
  }
}

export interface AssetCount {
  readonly all: number;
  readonly settled: number;
  /** Images of its batches that are still to become assets. */
  readonly waiting: number;
  /** Images that were inferred on the day of `from` and became no assets. */
  readonly inferred: number;
}

const COLUMNS = `c.id, c.name, c.uploads_per_minute AS "uploadsPerMinute", c.assets_per_day AS "assetsPerDay",
  c.retention_days AS "retentionDays", c.created_at AS "createdAt",
  (SELECT count(*)::integer FROM api_key k WHERE k.client_id = c.id AND ${ACTIVE}) AS "keysActive"`;
