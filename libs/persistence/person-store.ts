import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { PersonRole } from '#contracts/access.js';
import type { PersonFacts } from '#contracts/person-answer.js';

import { withDatabase } from './errors.js';
import { freeCases } from './free-cases.js';

/** A person of the console. */
export interface Person extends PersonFacts {
  readonly createdAt: Date;
  readonly signedInAt: Date | null;
}

export interface NewPerson {
  /** Normalised. */
  readonly name: string;
  readonly displayName: string;
  readonly role: PersonRole;
  readonly passwordHash: string;
  readonly passwordUntil: Date | null;
  readonly createdBy: string;
}

/** What is to change; what is left out stays. */
export interface PersonChange {
  readonly displayName?: string | undefined;
  readonly role?: PersonRole | undefined;
  readonly disabled?: boolean | undefined;
}

export type PersonChanged =
  | { readonly kind: 'changed'; readonly person: Person }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'last_admin' };

/** What a password is compared with. */
export interface Credentials {
  readonly personId: string;
  readonly role: PersonRole;
  readonly passwordHash: string;
  /** Not disabled, and a password that was given out still works. */
  readonly usable: boolean;
}

/** A password that a person chooses. */
export interface OwnPassword {
  readonly personId: string;
  readonly sessionId: string;
  /** The hash that the one before was held against: where it is another by now, it stays. */
  readonly from: string;
  readonly to: string;
}

/** People who sign in at the console. They are never deleted: what they did names them. */
export class PersonStore {
  constructor(private readonly database: DataSource) {}

  /** One page, the newest first. @param after the id that the page before ended with */
  page(most: number, after?: string): Promise<Person[]> {
    return withDatabase(() =>
      this.database.query<Person[]>(
        `SELECT ${COLUMNS} FROM person p WHERE $1::uuid IS NULL OR p.id < $1 ORDER BY p.id DESC LIMIT $2`,
        [after ?? null, most],
      ),
    );
  }

  /** @param by their id, or their name as it is kept */
  find(by: { readonly id: string } | { readonly name: string }): Promise<Person | undefined> {
    return withDatabase(() => find(this.database.manager, by));
  }

  /** What somebody who says they are this person is held against; undefined where there is nobody of this name. */
  async credentials(name: string): Promise<Credentials | undefined> {
    const rows = await withDatabase(() => this.database.query<Credentials[]>(CREDENTIALS, [name]));
    return rows[0];
  }

  /** What there is of admins: none; some, and none of them has ever signed in; or some who have. */
  async admins(): Promise<'none' | 'new' | 'known'> {
    const rows = await withDatabase(() =>
      this.database.query<{ known: boolean | null }[]>(
        `SELECT bool_or(signed_in_at IS NOT NULL) AS known FROM person WHERE role = 'admin'`,
      ),
    );
    const known = rows[0]?.known ?? null;
    if (known === null) return 'none';
    return known ? 'known' : 'new';
  }

  /** @returns undefined when the name is taken */
  create(person: NewPerson): Promise<Person | undefined> {
    const { name, displayName, role, passwordHash, passwordUntil, createdBy } = person;
    return withDatabase(async () => {
      const rows = await this.database.query<{ id: string }[]>(
        `INSERT INTO person (id, name, display_name, role, password_hash, password_until, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING RETURNING id`,
        [uuidv7(), name, displayName, role, passwordHash, passwordUntil, createdBy],
      );
      return rows[0] && find(this.database.manager, rows[0]);
    });
  }

  /** The last admin who can sign in stays one. Whoever is disabled is signed out. */
  change(id: string, { displayName, role, disabled }: PersonChange): Promise<PersonChanged> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<PersonChanged> => {
        const before = await lockPerson(transaction, id);
        if (before === undefined) return { kind: 'refused', why: 'unknown' };
        const losesAdmin = (role ?? 'admin') !== 'admin' || disabled === true;
        if (before.lastAdmin && losesAdmin) return { kind: 'refused', why: 'last_admin' };
        await transaction.query(CHANGE, [id, displayName ?? null, role ?? null, disabled ?? null]);
        if (disabled === true) await transaction.query(`DELETE FROM person_session WHERE person_id = $1`, [id]);
        if (disabled === true || role === 'moderator') await freeCases(transaction, id);
        const person = await find(transaction, { id });
        if (person === undefined) throw new Error('a person who was locked is gone');
        return { kind: 'changed', person };
      }),
    );
  }

  /**
   * Gives a person another password that works once, and ends their sessions.
   *
   * @returns undefined when there is none with this id
   */
  resetPassword(id: string, passwordHash: string, until: Date): Promise<Person | undefined> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        await transaction.query(`UPDATE person SET password_hash = $2, password_until = $3 WHERE id = $1`, [
          id,
          passwordHash,
          until,
        ]);
        await transaction.query(`DELETE FROM person_session WHERE person_id = $1`, [id]);
        return find(transaction, { id });
      }),
    );
  }

  /**
   * Has a person have the password they chose, and ends their other sessions.
   *
   * @returns false when they have been disabled, or given another password, since the one before was looked at
   */
  choosePassword({ personId, sessionId, from, to }: OwnPassword): Promise<boolean> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const [, chosen] = await transaction.query<[unknown, number]>(CHOOSE, [personId, from, to]);
        if (chosen === 0) return false;
        await transaction.query(`DELETE FROM person_session WHERE person_id = $1 AND id <> $2`, [personId, sessionId]);
        return true;
      }),
    );
  }
}

async function find(
  manager: EntityManager,
  by: { readonly id: string } | { readonly name: string },
): Promise<Person | undefined> {
  const [where, value] = 'id' in by ? ['p.id = $1', by.id] : ['p.name = $1', by.name];
  return (await manager.query<Person[]>(`SELECT ${COLUMNS} FROM person p WHERE ${where}`, [value]))[0];
}

/** All admins are locked, in one order, so that no two of them demote each other at the same time. */
async function lockPerson(transaction: EntityManager, id: string): Promise<{ lastAdmin: boolean } | undefined> {
  const rows = await transaction.query<{ id: string; able: boolean }[]>(
    `SELECT id, role = 'admin' AND ${MAY_SIGN_IN} AS able FROM person WHERE role = 'admin' OR id = $1
     ORDER BY id FOR NO KEY UPDATE`,
    [id],
  );
  const own = rows.find((row) => row.id === id);
  return own && { lastAdmin: own.able && rows.every((row) => row.id === id || !row.able) };
}

/** Not disabled, and a password that was given out still works. */
const MAY_SIGN_IN = `(disabled_at IS NULL AND (password_until IS NULL OR password_until > now()))`;

const COLUMNS = `p.id, p.name, p.display_name AS "displayName", p.role, p.disabled_at IS NOT NULL AS disabled,
  p.password_until IS NOT NULL AS "mustChangePassword", p.created_by AS "createdBy", p.created_at AS "createdAt",
  p.signed_in_at AS "signedInAt",
  (SELECT count(*)::integer FROM person_session s WHERE s.person_id = p.id AND s.expires_at > now()) AS sessions`;

const CREDENTIALS = `
  SELECT id AS "personId", role, password_hash AS "passwordHash",
    ${MAY_SIGN_IN} AS usable
  FROM person WHERE name = $1`;

const CHOOSE = `
  UPDATE person SET password_hash = $3, password_until = NULL
  WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL`;

const CHANGE = `
  UPDATE person SET display_name = coalesce($2, display_name), role = coalesce($3, role),
    disabled_at = CASE $4::boolean WHEN true THEN coalesce(disabled_at, now()) WHEN false THEN NULL ELSE disabled_at END
  WHERE id = $1`;
