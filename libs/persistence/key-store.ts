import type { DataSource, EntityManager } from 'typeorm';

import type { KeyFacts } from '#contracts/client-answer.js';

import { ACTIVE, keyRow } from './access-store.js';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { withDatabase } from './errors.js';

/** A key as people see it. */
export interface ListedKey extends KeyFacts {
  readonly createdAt: Date;
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute or two; null: never. */
  readonly lastUsedAt: Date | null;
}

export interface KeyFilter {
  readonly clientId?: string | undefined;
  /** The id that the page before ended with. */
  readonly after?: string | undefined;
  /** How many at most. */
  readonly limit: number;
}

/** How a key is replaced. */
export interface Rotation {
  readonly secret: string;
  /** How long the old one goes on. */
  readonly overlapMs: number;
  /** Of the new one; left out: as the old one was to expire. */
  readonly expiresAt?: Date | undefined;
}

export type Rotated =
  | { readonly kind: 'rotated'; readonly key: ListedKey; readonly replaced: ListedKey }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'revoked' | 'expired' | 'replaced' };

/** Keys as an admin sees and changes them. */
export class KeyStore {
  constructor(private readonly database: DataSource) {}

  /** One page, the newest first, those that do not work any more among them. */
  page({ clientId, after, limit }: KeyFilter): Promise<ListedKey[]> {
    return withDatabase(() =>
      this.database.query<ListedKey[]>(
        `SELECT ${COLUMNS} FROM ${KEYS}
         WHERE ($1::uuid IS NULL OR k.client_id = $1) AND ($2::uuid IS NULL OR k.id < $2)
         ORDER BY k.id DESC LIMIT $3`,
        [clientId ?? null, after ?? null, limit],
      ),
    );
  }

  find(id: string): Promise<ListedKey | undefined> {
    return withDatabase(() => find(this.database.manager, id));
  }

  /** Those whose id or whose readable beginning begins so; two at most, for a person who names one. */
  named(text: string): Promise<ListedKey[]> {
    return withDatabase(() =>
      this.database.query<ListedKey[]>(
        `SELECT ${COLUMNS} FROM ${KEYS} WHERE starts_with(k.id::text, $1) OR starts_with(k.prefix, $1)
         ORDER BY k.id DESC LIMIT 2`,
        [text],
      ),
    );
  }

  /** Makes another key of the same holder, role and scopes; the old one expires at the end of the overlap, or sooner. */
  rotate(id: string, { secret, overlapMs, expiresAt }: Rotation): Promise<Rotated> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Rotated> => {
        const old = await transaction.findOne(ApiKeyEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
        const before = old === null ? undefined : await find(transaction, id);
        if (old === null || before === undefined) return { kind: 'refused', why: 'unknown' };
        const why = unfit(before);
        if (why !== undefined) return { kind: 'refused', why };
        const { role, clientId, holder, scopes } = old;
        const row = keyRow({ secret, role, clientId, holder, scopes, expiresAt: expiresAt ?? old.expiresAt });
        await transaction.insert(ApiKeyEntity, row);
        await transaction.query(REPLACE, [id, row.id, overlapMs]);
        const [key, replaced] = [await find(transaction, row.id), await find(transaction, id)];
        if (key === undefined || replaced === undefined) throw new Error('a key that was written is not there');
        return { kind: 'rotated', key, replaced };
      }),
    );
  }

  /** Ends a key for good; one that was revoked before stays as it was. @returns undefined when there is none with this id */
  revoke(id: string): Promise<ListedKey | undefined> {
    return withDatabase(async () => {
      await this.database.query(`UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL`, [id]);
      return find(this.database.manager, id);
    });
  }
}

async function find(manager: EntityManager, id: string): Promise<ListedKey | undefined> {
  return (await manager.query<ListedKey[]>(`SELECT ${COLUMNS} FROM ${KEYS} WHERE k.id = $1`, [id]))[0];
}

/** Why there is nothing to replace; undefined when there is. */
function unfit({ active, revokedAt, replacedBy }: ListedKey): 'revoked' | 'expired' | 'replaced' | undefined {
  if (replacedBy !== null) return 'replaced';
  if (active) return undefined;
  return revokedAt === null ? 'expired' : 'revoked';
}

const KEYS = `api_key k LEFT JOIN client c ON c.id = k.client_id`;

const COLUMNS = `k.id, k.prefix, k.role, k.holder, c.name AS client, k.client_id AS "clientId", k.scopes,
  ${ACTIVE} AS active, k.replaced_by AS "replacedBy", k.created_at AS "createdAt", k.expires_at AS "expiresAt",
  k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt"`;

const REPLACE = `
  UPDATE api_key SET replaced_by = $2, expires_at = least(expires_at, now() + $3 * interval '1 millisecond') WHERE id = $1`;
