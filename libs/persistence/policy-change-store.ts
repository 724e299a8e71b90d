import type { DataSource, EntityManager } from 'typeorm';

import { diffPolicies } from '#moderation/policy-diff.js';
import type { PolicyState } from '#moderation/words.js';

import { PolicyVersionEntity } from './entities/policy-version.entity.js';
import { withDatabase } from './errors.js';
import { mayStillPublish } from './may-still-publish.js';
import {
  holdPublishing,
  publishDraft,
  readyToPublish,
  replaceLive,
  type Demands,
  type PolicyRefusal,
  type Publication,
} from './policy-publication.js';

export type Changed = { readonly kind: 'changed'; readonly version: PolicyVersionEntity } | PolicyRefusal;

/** What a rollback came to: the new version that brings the old document back, or why there is none. */
export type Restored =
  | { readonly kind: 'published'; readonly version: PolicyVersionEntity }
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'never_live'; readonly state: PolicyState }
  | { readonly kind: 'refused'; readonly why: 'same' | 'other_live'; readonly liveVersion: number };

/** A version whose document shall be in force again. */
export interface Restoring {
  readonly version: number;
  readonly by: string;
  readonly note: string;
  /** The version that is to be replaced; refused where another is live. Undefined: whichever it is. */
  readonly replaces: number | undefined;
}

/** What came of a draft at its time. `not_allowed`: whoever set it may publish no more. */
export interface DueDraft {
  readonly version: number;
  readonly publication: Publication | { readonly kind: 'refused'; readonly why: 'not_allowed' };
}

/** The steps between a draft and its day, and the way back. Each is taken by one at a time. */
export class PolicyChangeStore {
  constructor(private readonly database: DataSource) {}

  /** Somebody who did not write a draft agrees to it. */
  approve(version: number, approver: string, demands: Pick<Demands, 'replay'>): Promise<Changed> {
    return this.held(async (transaction) => {
      const ready = await readyToPublish(transaction, version, { ...demands, approval: false });
      if (ready.kind === 'refused') return ready;
      if (isSameName(ready.draft.author, approver)) return { kind: 'refused', why: 'own_draft' };
      if (ready.draft.approvedBy === null) {
        Object.assign(ready.draft, { approvedBy: approver, approvedAt: new Date() });
      }
      return { kind: 'changed', version: await transaction.save(ready.draft) };
    });
  }

  /** Somebody says no to a draft, which is then never published; its time, if it had one, is taken away. */
  refuse(version: number, by: string, because: string): Promise<Changed> {
    return this.held(async (transaction) => {
      const draft = await transaction.findOneBy(PolicyVersionEntity, { version });
      if (draft === null) return { kind: 'refused', why: 'unknown' };
      if (draft.state !== 'draft') return { kind: 'refused', why: 'not_a_draft', state: draft.state };
      if (draft.refusedBy !== null) return { kind: 'refused', why: 'refused', by: draft.refusedBy };
      const said = { refusedBy: by, refusedAt: new Date(), refusedBecause: because };
      Object.assign(draft, said, { publishAt: null, publishAtBy: null });
      return { kind: 'changed', version: await transaction.save(draft) };
    });
  }

  /** Has a draft published at a time. @param at null: not at any time any more */
  schedule(version: number, at: Date | null, by: string, demands: Demands): Promise<Changed> {
    return this.held(async (transaction) => {
      const ready = await readyToPublish(transaction, version, demands);
      if (ready.kind === 'refused' && (at !== null || isNoDraft(ready))) return ready;
      const draft = await transaction.findOneByOrFail(PolicyVersionEntity, { version });
      Object.assign(draft, { publishAt: at, publishAtBy: at === null ? null : by, missed: null });
      return { kind: 'changed', version: await transaction.save(draft) };
    });
  }

  /** The version of a draft whose time has come; undefined where there is none. */
  async due(): Promise<number | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ version: number }[]>(`SELECT version ${DUE} ORDER BY publish_at, version LIMIT 1`),
    );
    return rows[0]?.version;
  }

  /**
   * Publishes a draft whose time has come, or writes down why it was missed; once, whoever else tries, and whoever dies of
   * it: the draft, its end and what is live are one transaction.
   *
   * @returns undefined where somebody else was quicker
   */
  publishDue(version: number, demands: Demands): Promise<DueDraft | undefined> {
    return this.held(async (transaction) => {
      const rows = await transaction.query<{ by: string }[]>(
        `SELECT publish_at_by AS by ${DUE} AND version = $1 FOR UPDATE`,
        [version],
      );
      const by = rows[0]?.by;
      if (by === undefined) return undefined;
      const publication = (await mayStillPublish(transaction, by))
        ? await publishDraft(transaction, version, by, demands)
        : ({ kind: 'refused', why: 'not_allowed' } as const);
      if (publication.kind === 'refused') {
        await transaction.query(`UPDATE policy_version SET missed = $2 WHERE version = $1`, [version, publication.why]);
      }
      return { version, publication };
    });
  }

  /** Puts the document of a version that was live in force again, as a new version on top of what is live now. */
  restore({ version, by, note, replaces }: Restoring): Promise<Restored> {
    return this.held(async (transaction): Promise<Restored> => {
      const old = await transaction.findOneBy(PolicyVersionEntity, { version });
      if (old === null) return { kind: 'refused', why: 'unknown' };
      if (old.publishedAt === null) return { kind: 'refused', why: 'never_live', state: old.state };
      const live = await transaction.findOneByOrFail(PolicyVersionEntity, { state: 'live' });
      const liveVersion = live.version;
      if (replaces !== undefined && replaces !== liveVersion)
        return { kind: 'refused', why: 'other_live', liveVersion };
      if (diffPolicies(live.document, old.document).length === 0) return { kind: 'refused', why: 'same', liveVersion };
      const { document } = old;
      const made = { document, note, author: by, state: 'draft' as const, baseVersion: liveVersion, restores: version };
      const draft = await transaction.save(transaction.create(PolicyVersionEntity, made));
      return { kind: 'published', version: await replaceLive(transaction, draft, live, by) };
    });
  }

  private held<T>(work: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        await holdPublishing(transaction);
        return work(transaction);
      }),
    );
  }
}

/** Keys are made out to names as people write them, those of people who sign in are small. */
const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const isNoDraft = ({ why }: PolicyRefusal): boolean => why === 'unknown' || why === 'not_a_draft' || why === 'refused';

const DUE = `FROM policy_version WHERE state = 'draft' AND missed IS NULL AND publish_at <= now()`;
