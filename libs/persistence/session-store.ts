import { createHash } from 'node:crypto';

import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { PersonRole } from '#contracts/access.js';

import { withDatabase } from './errors.js';
import { runPrepared } from './run-prepared.js';

/** How long sessions last. */
export interface SessionLimits {
  /** From signing in. */
  readonly absoluteMs: number;
  /** From the last request. */
  readonly idleMs: number;
}

/** A session that works, with its person as they are now. */
export interface LiveSession {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: PersonRole;
  readonly mustChangePassword: boolean;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  /** It was last noted a while ago that it is used. */
  readonly stale: boolean;
}

/** A session as its person and admins see it. */
export interface ListedSession {
  readonly id: string;
  readonly agent: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly personId: string;
  /** The hash that the password was held against: where it is another by now, there is no session. */
  readonly passwordHash: string;
  readonly token: string;
  readonly agent: string;
}

/** A session that has begun. */
export interface BegunSession {
  readonly id: string;
  /** The person's oldest sessions that ended for it. */
  readonly ended: readonly string[];
}

/** More browsers than a person uses; the oldest sessions beyond it end. */
const SESSIONS_OF_PERSON_MAX = 20;

/** Who is signed in. A token is never stored: its SHA-256 is, which 256 random bits make safe without a salt. */
export class SessionStore {
  constructor(
    private readonly database: DataSource,
    private readonly limits: SessionLimits,
  ) {}

  /** Whose session a token is, asked anew each time; undefined for one that has ended, and for people who are disabled. */
  async find(token: string): Promise<LiveSession | undefined> {
    const values = [sha256(token), this.limits.idleMs];
    return (await withDatabase(() => runPrepared<LiveSession>(this.database, FIND, values)))[0];
  }

  /** Notes that a session is used. */
  async touch(id: string): Promise<void> {
    await withDatabase(() => runPrepared(this.database, TOUCH, [id]));
  }

  /**
   * Begins a session, and ends those of anybody that are over.
   *
   * @returns undefined when the person has been disabled, or given another password, since they were looked up
   */
  create({ personId, passwordHash, token, agent }: NewSession): Promise<BegunSession | undefined> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const id = uuidv7();
        const rows = await transaction.query<unknown[]>(CREATE, [
          id,
          sha256(token),
          personId,
          agent,
          this.limits.absoluteMs,
          passwordHash,
        ]);
        if (rows.length === 0) return undefined;
        await transaction.query(`UPDATE person SET signed_in_at = now() WHERE id = $1`, [personId]);
        await transaction.query(END_OVER);
        const [oldest] = await transaction.query<[{ id: string }[], number]>(END_OLD, [
          personId,
          SESSIONS_OF_PERSON_MAX,
        ]);
        return { id, ended: oldest.map((session) => session.id) };
      }),
    );
  }

  /** Gives a session another token. @returns whether it goes on still */
  async rotate(id: string, token: string): Promise<boolean> {
    const [, count] = await withDatabase(() => this.database.query<[unknown, number]>(ROTATE, [id, sha256(token)]));
    return count > 0;
  }

  /** Ends the session of a token. @returns its id; undefined when there was none */
  async endOf(token: string): Promise<string | undefined> {
    const [rows] = await withDatabase(() => this.database.query<[{ id: string }[], number]>(END_OF, [sha256(token)]));
    return rows[0]?.id;
  }

  /** What the person of a session may do now; undefined when it has ended, or they are disabled. */
  async roleOf(id: string): Promise<PersonRole | undefined> {
    const rows = await withDatabase(() => this.database.query<{ role: PersonRole }[]>(ROLE, [id]));
    return rows[0]?.role;
  }

  /** Ends one session. @returns whether there was one */
  async end(id: string): Promise<boolean> {
    return (await this.remove(`id = $1`, [id])) > 0;
  }

  /** Ends all sessions of a person. @returns how many */
  endAll(personId: string): Promise<number> {
    return this.remove(`person_id = $1`, [personId]);
  }

  /** Those of a person that work, the newest first. */
  list(personId: string): Promise<ListedSession[]> {
    return withDatabase(() => this.database.query<ListedSession[]>(LIST, [personId, this.limits.idleMs]));
  }

  private async remove(where: string, values: readonly unknown[]): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(`DELETE FROM person_session WHERE ${where}`, [...values]),
    );
    return count;
  }
}

const sha256 = (token: string): Buffer => createHash('sha256').update(token).digest();

const ALIVE = `s.expires_at > now() AND s.seen_at > now() - $2::float8 * interval '1 millisecond'`;

const FIND = {
  name: 'session_find',
  text: `SELECT s.id, s.person_id AS "personId", p.name, p.display_name AS "displayName", p.role,
      p.password_until IS NOT NULL AS "mustChangePassword", s.seen_at AS "seenAt", s.expires_at AS "expiresAt",
      s.seen_at < now() - interval '1 minute' AS stale
    FROM person_session s JOIN person p ON p.id = s.person_id
    WHERE s.token_sha256 = $1 AND p.disabled_at IS NULL AND ${ALIVE}`,
};

/** Whoever has the row ends the session, or notes the same: nobody waits for that. */
const TOUCH = {
  name: 'session_touch',
  text: `UPDATE person_session SET seen_at = now()
    WHERE id = (SELECT id FROM person_session WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)`,
};

const ROTATE = `UPDATE person_session SET token_sha256 = $2 WHERE id = $1 AND expires_at > now()`;

const END_OF = `DELETE FROM person_session WHERE token_sha256 = $1 RETURNING id`;

const ROLE = `
  SELECT p.role FROM person_session s JOIN person p ON p.id = s.person_id
  WHERE s.id = $1 AND s.expires_at > now() AND p.disabled_at IS NULL`;

const CREATE = `
  INSERT INTO person_session (id, token_sha256, person_id, agent, expires_at)
  SELECT $1, $2, id, $4, now() + $5::float8 * interval '1 millisecond' FROM person
  WHERE id = $3 AND password_hash = $6 AND disabled_at IS NULL FOR NO KEY UPDATE
  RETURNING id`;

/** Whoever has such a row ends it too: nobody waits for that. */
const END_OVER = `
  DELETE FROM person_session
  WHERE id IN (SELECT id FROM person_session WHERE expires_at < now() FOR UPDATE SKIP LOCKED)`;

const END_OLD = `
  DELETE FROM person_session
  WHERE id IN (SELECT id FROM person_session WHERE person_id = $1 ORDER BY id DESC OFFSET $2) RETURNING id`;

const LIST = `
  SELECT s.id, s.agent, s.created_at AS "createdAt", s.seen_at AS "seenAt", s.expires_at AS "expiresAt"
  FROM person_session s WHERE s.person_id = $1 AND ${ALIVE} ORDER BY s.id DESC`;
