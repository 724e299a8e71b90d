import { createHash } from 'node:crypto';

import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import { scopesOfPerson, type Principal, type Role, type Scope } from '#contracts/access.js';

import { ApiKeyEntity } from './entities/api-key.entity.js';
import { withDatabase } from './errors.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

export interface NewKey {
  readonly secret: string;
  readonly role: Role;
  readonly clientId: string | null;
  readonly holder: string;
  /** Of a client's key; those of a person's follow from the role. */
  readonly scopes: readonly Scope[];
  /** Left out: until it is revoked. */
  readonly expiresAt?: Date | null;
}

type PrincipalRow = Omit<Principal, 'limits'> & NonNullable<Principal['limits']>;

/** How much of a key is kept readable, so that people can tell keys apart. */
const PREFIX_CHARACTERS = 12;

/** Who may act. A secret is never stored: its SHA-256 is, which 256 random bits make safe without a salt. */
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

  /** @returns the key's id */
  async addKey(key: NewKey): Promise<string> {
    const row = keyRow(key);
    await withDatabase(() => this.database.manager.insert(ApiKeyEntity, row));
    return row.id;
  }

  /** Whether this key was ever made, revoked or expired ones among them. */
  hasKey(secret: string): Promise<boolean> {
    return withDatabase(() => this.database.manager.existsBy(ApiKeyEntity, { secretSha256: sha256(secret) }));
  }

  /** Who a key belongs to; undefined for one that was never made, has been revoked or has expired. */
  async principal(secret: string): Promise<Principal | undefined> {
    const rows = await withDatabase(() => runPrepared<PrincipalRow>(this.database, PRINCIPAL, [sha256(secret)]));
    const [row] = rows;
    if (row === undefined) return undefined;
    const { uploadsPerMinute, assetsPerDay, ...principal } = row;
    return principal.clientId === null ? principal : { ...principal, limits: { uploadsPerMinute, assetsPerDay } };
  }

  /** Notes that keys are used now; of each at most once a minute, whoever else notes it. */
  async keysUsed(keyIds: readonly string[]): Promise<void> {
    await withDatabase(() => this.database.query(USED, [keyIds]));
  }
}

/** A key's row, with an id of its own. */
export const keyRow = ({ secret, role, clientId, holder, scopes, expiresAt }: NewKey) => ({
  id: uuidv7(),
  role,
  clientId,
  holder,
  scopes: role === 'client' ? [...scopes] : scopesOfPerson(role),
  prefix: secret.slice(0, PREFIX_CHARACTERS),
  secretSha256: sha256(secret),
  expiresAt: expiresAt ?? null,
});

const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether a key `k` works now. */
export const ACTIVE = `(k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()))`;

/** On the connections apart: whoever holds up the others keeps nobody's key from being known. */
const PRINCIPAL: PreparedStatement = {
  name: 'principal',
  text: `
  SELECT k.id AS "keyId", k.role, k.client_id AS "clientId", k.holder, k.scopes,
    c.uploads_per_minute AS "uploadsPerMinute", c.assets_per_day AS "assetsPerDay"
  FROM api_key k LEFT JOIN client c ON c.id = k.client_id
  WHERE k.secret_sha256 = $1 AND ${ACTIVE}`,
};

// a row that another process writes is passed over: it writes the same
const USED = `
  UPDATE api_key SET last_used_at = now() WHERE id IN (
    SELECT id FROM api_key WHERE id = ANY ($1) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    FOR NO KEY UPDATE SKIP LOCKED)`;
