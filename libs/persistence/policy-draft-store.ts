import type { DataSource, EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import { completePolicy, type PolicyDocument, type StoredPolicyDocument } from '#moderation/policy.js';

import { PolicyVersionEntity } from './entities/policy-version.entity.js';
import { withDatabase } from './errors.js';
import { holdPublishing } from './policy-publication.js';

/** What a draft says. */
export interface DraftContent {
  readonly baseVersion: number;
  readonly document: PolicyDocument;
  /** May be empty until it is handed in. */
  readonly note: string;
}

export interface StoredPolicyDraft extends DraftContent {
  readonly id: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly savedAt: Date;
  /** Of how many savings. */
  readonly revision: number;
}

/** A draft as somebody saw it, which they now change. */
export interface SeenDraft {
  readonly id: string;
  readonly revision: number;
  /** Nobody but its author changes a draft. */
  readonly by: string;
}

export type DraftRefusal =
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'no_base' | 'no_note' }
  | { readonly kind: 'refused'; readonly why: 'not_yours'; readonly author: string }
  | { readonly kind: 'refused'; readonly why: 'saved_since'; readonly revision: number }
  | {
      readonly kind: 'refused';
      readonly why: 'stale_base';
      readonly draft: StoredPolicyDraft;
      readonly liveVersion: number;
    };

export type Saved = { readonly kind: 'saved'; readonly draft: StoredPolicyDraft } | DraftRefusal;
export type Discarded = { readonly kind: 'discarded' } | DraftRefusal;
export type HandedIn = { readonly kind: 'handed_in'; readonly version: PolicyVersionEntity } | DraftRefusal;

interface DraftRow extends Omit<StoredPolicyDraft, 'document'> {
  readonly document: StoredPolicyDocument;
}

const COLUMNS = `id, base_version AS "baseVersion", document, note, author, created_at AS "createdAt",
  saved_at AS "savedAt", revision`;

/** Policies that people still write. */
export class PolicyDraftStore {
  constructor(private readonly database: DataSource) {}

  /** The one that was saved last comes first. */
  async list(most: number): Promise<StoredPolicyDraft[]> {
    return this.read(`SELECT ${COLUMNS} FROM policy_draft ORDER BY saved_at DESC, id LIMIT $1`, [most]);
  }

  async find(id: string): Promise<StoredPolicyDraft | undefined> {
    return (await this.read(`SELECT ${COLUMNS} FROM policy_draft WHERE id = $1`, [id]))[0];
  }

  /** @returns undefined when there are so many already */
  async begin({ baseVersion, document, note }: DraftContent, author: string, most: number): Promise<Saved | undefined> {
    if (!(await this.isVersion(baseVersion))) return { kind: 'refused', why: 'no_base' };
    const [draft] = await this.read(
      `INSERT INTO policy_draft (id, base_version, document, note, author)
       SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM policy_draft) < $6 RETURNING ${COLUMNS}`,
      [uuidv7(), baseVersion, JSON.stringify(document), note, author, most],
    );
    return draft === undefined ? undefined : { kind: 'saved', draft };
  }

  /** Refused when it was saved since somebody saw it: theirs is not overwritten. */
  save(seen: SeenDraft, { baseVersion, document, note }: DraftContent): Promise<Saved> {
    return this.held(seen, async (transaction): Promise<Saved> => {
      if (!(await this.isVersion(baseVersion))) return { kind: 'refused', why: 'no_base' };
      const [rows] = await transaction.query<[DraftRow[], number]>(
        `UPDATE policy_draft SET base_version = $2, document = $3, note = $4, saved_at = now(), revision = revision + 1
         WHERE id = $1 RETURNING ${COLUMNS}`,
        [seen.id, baseVersion, JSON.stringify(document), note],
      );
      const [draft] = rows.map(complete);
      return draft === undefined ? { kind: 'refused', why: 'unknown' } : { kind: 'saved', draft };
    });
  }

  /** Whoever wrote it. Refused when it was saved since somebody saw it: what they did not see is not thrown away. */
  async discard({ id, revision }: Pick<SeenDraft, 'id' | 'revision'>): Promise<Discarded> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown[], number]>(`DELETE FROM policy_draft WHERE id = $1 AND revision = $2`, [
        id,
        revision,
      ]),
    );
    if (count > 0) return { kind: 'discarded' };
    const draft = await this.find(id);
    if (draft === undefined) return { kind: 'refused', why: 'unknown' };
    return { kind: 'refused', why: 'saved_since', revision: draft.revision };
  }

  /** Makes a version of it, to which the replays of what it says now belong from then on; the draft is gone. */
  handIn(seen: SeenDraft): Promise<HandedIn> {
    return this.held(seen, async (transaction, draft): Promise<HandedIn> => {
      const { id, baseVersion, document, note, author } = draft;
      if (!/\S/.test(note)) return { kind: 'refused', why: 'no_note' };
      await holdPublishing(transaction);
      const live = await transaction.findOneByOrFail(PolicyVersionEntity, { state: 'live' });
      if (live.version !== baseVersion) return { kind: 'refused', why: 'stale_base', draft, liveVersion: live.version };
      const made = transaction.create(PolicyVersionEntity, { document, note, author, baseVersion, state: 'draft' });
      const version = await transaction.save(made);
      await transaction.query(
        `UPDATE replay SET version = $2 WHERE draft_id = $1 AND version IS NULL AND against = $3
           AND document = (SELECT document FROM policy_version WHERE version = $2)`,
        [id, version.version, baseVersion],
      );
      await transaction.query(`DELETE FROM policy_draft WHERE id = $1`, [id]);
      return { kind: 'handed_in', version };
    });
  }

  private held<T>(
    { id, revision, by }: SeenDraft,
    work: (transaction: EntityManager, draft: StoredPolicyDraft) => Promise<T>,
  ): Promise<T | DraftRefusal> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<T | DraftRefusal> => {
        const rows = await transaction.query<DraftRow[]>(
          `SELECT ${COLUMNS} FROM policy_draft WHERE id = $1 FOR UPDATE`,
          [id],
        );
        const [draft] = rows.map(complete);
        if (draft === undefined) return { kind: 'refused', why: 'unknown' };
        if (draft.author !== by) return { kind: 'refused', why: 'not_yours', author: draft.author };
        if (draft.revision !== revision) return { kind: 'refused', why: 'saved_since', revision: draft.revision };
        return work(transaction, draft);
      }),
    );
  }

  private isVersion(version: number): Promise<boolean> {
    return withDatabase(() => this.database.manager.existsBy(PolicyVersionEntity, { version }));
  }

  private async read(statement: string, values: readonly unknown[]): Promise<StoredPolicyDraft[]> {
    const rows = await withDatabase(() => this.database.query<DraftRow[]>(statement, [...values]));
    return rows.map(complete);
  }
}

const complete = (row: DraftRow): StoredPolicyDraft => ({ ...row, document: completePolicy(row.document) });
