import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { ReplayState } from '#contracts/replay-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { ReplayResult } from '#moderation/replay/replay-result.js';

import { withDatabase } from './errors.js';

/** What is to be replayed: a version, in place of another, over what was received from one time to before another. */
export interface ReplayOrder {
  /** Null: a draft, as it says now, that was not handed in yet. */
  readonly version: number | null;
  readonly draft: TriedDraft | null;
  readonly against: number;
  readonly clientId: string | null;
  readonly receivedFrom: Date;
  readonly receivedBefore: Date;
  readonly askedBy: string;
}

/** A draft with what it said when somebody asked. */
export interface TriedDraft {
  readonly id: string;
  readonly document: PolicyDocument;
}

/** How many replays that have not ended there may be, and how many of one person. */
export interface ReplayLimits {
  readonly waitingMax: number;
  readonly ownWaitingMax: number;
}

export interface StoredReplay extends ReplayOrder {
  readonly id: string;
  readonly state: ReplayState;
  readonly askedAt: Date;
  /** How often it was begun. */
  readonly tries: number;
  /** Assets that were weighed so far. */
  readonly handled: number;
  /** Of the window, 0..1. */
  readonly progress: number;
  readonly result: ReplayResult | null;
  readonly fault: string | null;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, version, against,
  CASE WHEN draft_id IS NOT NULL THEN jsonb_build_object('id', draft_id, 'document', document) END AS draft, client_id AS "clientId", received_from AS "receivedFrom",
  received_before AS "receivedBefore", state, asked_by AS "askedBy", asked_at AS "askedAt", tries,
  handled::float8 AS handled, progress::float8 AS progress, result, fault, ended_at AS "endedAt"`;

/** Replays of policies: asked for by people, worked on by whichever console takes the lease, and kept. */
export class ReplayStore {
  constructor(private readonly database: DataSource) {}

  /** @returns undefined when so many wait already */
  ask(order: ReplayOrder, { waitingMax, ownWaitingMax }: ReplayLimits): Promise<StoredReplay | undefined> {
    const { version, draft, against, clientId, receivedFrom, receivedBefore, askedBy } = order;
    const tried = [draft?.id ?? null, draft === null ? null : JSON.stringify(draft.document)];
    return this.first(
      `INSERT INTO replay (id, version, against, client_id, received_from, received_before, asked_by, draft_id, document)
       SELECT $1, $2, $3, $4, $5, $6, $7, $10, $11::jsonb
       WHERE (SELECT count(*) FROM replay WHERE state IN ('waiting', 'running')) < $8
         AND (SELECT count(*) FROM replay WHERE state IN ('waiting', 'running') AND asked_by = $7) < $9
       RETURNING ${COLUMNS}`,
      [
        uuidv7(),
        version,
        against,
        clientId,
        receivedFrom,
        receivedBefore,
        askedBy,
        waitingMax,
        ownWaitingMax,
        ...tried,
      ],
    );
  }

  find(id: string): Promise<StoredReplay | undefined> {
    return this.first(`SELECT ${COLUMNS} FROM replay WHERE id = $1`, [id]);
  }

  /** Of a version, the newest first. */
  ofVersion(version: number, most: number): Promise<StoredReplay[]> {
    return withDatabase(() =>
      this.database.query<StoredReplay[]>(
        `SELECT ${COLUMNS} FROM replay WHERE version = $1 ORDER BY id DESC LIMIT $2`,
        [version, most],
      ),
    );
  }

  /** Of a draft that was not handed in, the newest first. */
  ofDraft(draftId: string, most: number): Promise<StoredReplay[]> {
    return withDatabase(() =>
      this.database.query<StoredReplay[]>(
        `SELECT ${COLUMNS} FROM replay WHERE draft_id = $1 AND version IS NULL ORDER BY id DESC LIMIT $2`,
        [draftId, most],
      ),
    );
  }

  /** The cases of some assets: those that have one. */
  casesOf(assetIds: readonly string[]): Promise<{ readonly assetId: string; readonly reviewId: string }[]> {
    return withDatabase(() =>
      this.database.query(
        `SELECT DISTINCT ON (asset_id) asset_id AS "assetId", id AS "reviewId" FROM review
         WHERE asset_id = ANY($1::uuid[]) ORDER BY asset_id, id DESC`,
        [assetIds],
      ),
    );
  }

  /** Ends one that has not ended. @returns undefined when it has, or there is none */
  cancel(id: string): Promise<StoredReplay | undefined> {
    return this.changed(
      `UPDATE replay SET state = 'cancelled', ended_at = now() WHERE id = $1 AND state IN ('waiting', 'running')
       RETURNING ${COLUMNS}`,
      [id],
    );
  }

  /** The client of this name; undefined for nobody. */
  async clientId(name: string): Promise<string | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(`SELECT id FROM client WHERE name = $1`, [name]),
    );
    return rows[0]?.id;
  }

  /** Takes the oldest that waits, or whose worker is gone: that one begins anew. Nobody else has it until the lease ends. */
  take(token: string, leaseMs: number): Promise<StoredReplay | undefined> {
    return this.changed(
      `UPDATE replay SET state = 'running', token = $1, lease_expires_at = now() + $2 * interval '1 millisecond',
         tries = tries + 1, handled = 0, progress = 0
       WHERE id = (SELECT id FROM replay WHERE state = 'waiting' OR state = 'running' AND lease_expires_at < now()
         ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
      [token, leaseMs],
    );
  }

  /** Says how far it is, and keeps the lease. @returns false when it was cancelled, or is another's by now */
  async goOn(id: string, token: string, leaseMs: number, { handled, progress }: Progress): Promise<boolean> {
    const kept = await this.changed(
      `UPDATE replay SET lease_expires_at = now() + $3 * interval '1 millisecond', handled = $4, progress = $5
       WHERE id = $1 AND token = $2 AND state = 'running' RETURNING ${COLUMNS}`,
      [id, token, leaseMs, handled, progress],
    );
    return kept !== undefined;
  }

  /** Keeps what came of it. Whoever lost the lease keeps nothing. */
  async finish(id: string, token: string, result: ReplayResult): Promise<void> {
    await this.changed(
      `UPDATE replay SET state = 'done', result = $3, handled = $4, progress = 1, ended_at = now()
       WHERE id = $1 AND token = $2 AND state = 'running' RETURNING ${COLUMNS}`,
      [id, token, JSON.stringify(result), result.assets],
    );
  }

  /** Gives it back unfinished: whoever looks next begins it anew. */
  async giveBack(id: string, token: string): Promise<void> {
    await this.changed(
      `UPDATE replay SET state = 'waiting', tries = tries - 1, handled = 0, progress = 0
       WHERE id = $1 AND token = $2 AND state = 'running' RETURNING ${COLUMNS}`,
      [id, token],
    );
  }

  /** Ends it without a result. @param fault for people */
  async fail(id: string, token: string, fault: string): Promise<void> {
    await this.changed(
      `UPDATE replay SET state = 'failed', fault = $3, ended_at = now()
       WHERE id = $1 AND token = $2 AND state = 'running' RETURNING ${COLUMNS}`,
      [id, token, fault],
    );
  }

  private async first(statement: string, values: readonly unknown[]): Promise<StoredReplay | undefined> {
    const rows = await withDatabase(() => this.database.query<StoredReplay[]>(statement, [...values]));
    return rows[0];
  }

  /** The driver answers an UPDATE with its rows and their number. */
  private async changed(statement: string, values: readonly unknown[]): Promise<StoredReplay | undefined> {
    const [rows] = await withDatabase(() => this.database.query<[StoredReplay[], number]>(statement, [...values]));
    return rows[0];
  }
}

export interface Progress {
  readonly handled: number;
  /** 0..1 */
  readonly progress: number;
}
