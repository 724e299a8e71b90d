import { createHash } from 'node:crypto';

import { IsNull, type DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { Principal, Role, Scope } from '#contracts/access.js';

import { ApiKeyEntity } from './entities/api-key.entity.js';
import { withDatabase } from './errors.js';

export interface NewKey {
  readonly secret: string;
  readonly role: Role;
  readonly clientId: string | null;
  readonly holder: string;
  readonly scopes: readonly Scope[];
}

/** A key as people see it. */
export interface ListedKey {
  readonly id: string;
  /** The first characters of the secret. */
  readonly prefix: string;
  readonly role: Role;
  readonly holder: string;
  /** The client's name; null for people of the console. */
  readonly client: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** More keys than people look through. */
const LISTED_MAX = 1_000;
/** How much of a key is kept readable, so that people can tell keys apart. */
const PREFIX_CHARACTERS = 12;

/** Clients and their keys. A secret is never stored: its SHA-256 is, which 256 random bits make safe without a salt. */
export class AccessStore {
  constructor(private readonly database: DataSource) {}

  /** @returns the id of the client of that name, made if there was none */
  async ensureClient(name: string): Promise<string> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `INSERT INTO client (id, name) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
        [uuidv7(), name],
      ),
    );
    const id = rows[0]?.id;
    if (id === undefined) throw new Error('the client was neither found nor made');
    return id;
  }

  async addKey({ secret, role, clientId, holder, scopes }: NewKey): Promise<void> {
    await withDatabase(() =>
      this.database.manager.insert(ApiKeyEntity, {
        id: uuidv7(),
        role,
        clientId,
        holder,
        scopes: [...scopes],
        prefix: secret.slice(0, PREFIX_CHARACTERS),
        secretSha256: sha256(secret),
      }),
    );
  }

  /** The newest first, revoked ones among them; up to a thousand. */
  keys(): Promise<ListedKey[]> {
    return withDatabase(() =>
      this.database.query<ListedKey[]>(
        `SELECT k.id, k.prefix, k.role, k.holder, c.name AS client, k.scopes, k.created_at AS "createdAt",
           k.revoked_at AS "revokedAt"
         FROM api_key k LEFT JOIN client c ON c.id = k.client_id
         ORDER BY k.created_at DESC, k.id DESC
         LIMIT $1`,
        [LISTED_MAX],
      ),
    );
  }

  /** Who a key belongs to; undefined for one that was never made or has been revoked. */
  async principal(secret: string): Promise<Principal | undefined> {
    const key = await withDatabase(() =>
      this.database.manager.findOneBy(ApiKeyEntity, { secretSha256: sha256(secret), revokedAt: IsNull() }),
    );
    if (key === null) return undefined;
    return { keyId: key.id, role: key.role, clientId: key.clientId, holder: key.holder, scopes: key.scopes };
  }
}

const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();
