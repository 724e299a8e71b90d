import type { DataSource } from 'typeorm';

import { completePolicy, type Policy, type PolicyDocument, type StoredPolicyDocument } from '#moderation/policy.js';
import type { PolicyState } from '#moderation/words.js';

import { PolicyVersionEntity } from './entities/policy-version.entity.js';
import { violatesUnique, withDatabase } from './errors.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

export interface PolicyDraft {
  readonly document: PolicyDocument;
  readonly note: string;
  readonly author: string;
}

export type Publication =
  | { readonly kind: 'published'; readonly version: PolicyVersionEntity }
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'not_a_draft'; readonly state: PolicyState }
  | {
      readonly kind: 'refused';
      readonly why: 'stale_base';
      readonly baseVersion: number | null;
      readonly liveVersion: number | null;
    };

interface LiveRow {
  readonly version: number;
  readonly document: StoredPolicyDocument;
}

/** On the connections apart: every upload is judged by it. */
const LIVE: PreparedStatement = {
  name: 'live policy',
  text: `SELECT version, document FROM policy_version WHERE state = 'live'`,
};

/** Policy versions: written once; only their state moves, from draft to live to retired. */
export class PolicyStore {
  constructor(private readonly database: DataSource) {}

  /** The policy in force. @throws Error when none was ever published: `portcullis up` publishes the starting policy */
  async live(): Promise<Policy> {
    const [live] = await withDatabase(() => runPrepared<LiveRow>(this.database, LIVE, []));
    if (live === undefined) throw new Error('no policy is live: run `portcullis up` once, or publish one');
    return { version: live.version, document: completePolicy(live.document) };
  }

  /** The live version with its history; undefined when none was ever published. */
  async findLive(): Promise<PolicyVersionEntity | undefined> {
    return (
      (await withDatabase(() => this.database.manager.findOneBy(PolicyVersionEntity, { state: 'live' }))) ?? undefined
    );
  }

  /** The newest versions first. */
  list(most: number): Promise<PolicyVersionEntity[]> {
    return withDatabase(() =>
      this.database.manager.find(PolicyVersionEntity, { order: { version: 'DESC' }, take: most }),
    );
  }

  async find(version: number): Promise<PolicyVersionEntity | undefined> {
    return (await withDatabase(() => this.database.manager.findOneBy(PolicyVersionEntity, { version }))) ?? undefined;
  }

  /** Stores a draft on top of the version that is live now. */
  draft({ document, note, author }: PolicyDraft): Promise<PolicyVersionEntity> {
    return withDatabase(async () => {
      const live = await this.database.manager.findOneBy(PolicyVersionEntity, { state: 'live' });
      const draft = this.database.manager.create(PolicyVersionEntity, {
        document,
        note,
        author,
        state: 'draft',
        baseVersion: live?.version ?? null,
      });
      return this.database.manager.save(draft);
    });
  }

  /** Makes a draft the live policy and retires the one before; refused when another was published since it was drafted. */
  publish(version: number, publisher: string): Promise<Publication> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<Publication> => {
        await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('portcullis.publish'))`);
        const draft = await transaction.findOneBy(PolicyVersionEntity, { version });
        if (draft === null) return { kind: 'refused', why: 'unknown' };
        if (draft.state !== 'draft') return { kind: 'refused', why: 'not_a_draft', state: draft.state };
        const live = await transaction.findOneBy(PolicyVersionEntity, { state: 'live' });
        const liveVersion = live?.version ?? null;
        const { baseVersion } = draft;
        if (liveVersion !== baseVersion) return { kind: 'refused', why: 'stale_base', baseVersion, liveVersion };
        if (live !== null)
          await transaction.update(PolicyVersionEntity, { version: live.version }, { state: 'retired' });
        Object.assign(draft, { state: 'live', publishedBy: publisher, publishedAt: new Date() });
        return { kind: 'published', version: await transaction.save(draft) };
      }),
    );
  }

  /** Publishes a first policy where there is none; harmless where there is one, or where another process is quicker. */
  async ensureLive(draft: PolicyDraft): Promise<void> {
    const some = await withDatabase(() => this.database.manager.existsBy(PolicyVersionEntity, { state: 'live' }));
    if (some) return;
    const { version } = await this.draft(draft);
    try {
      await this.publish(version, draft.author);
    } catch (error) {
      if (!violatesUnique(error, 'policy_version_one_live')) throw error;
    }
  }
}
