import type { DataSource } from 'typeorm';

import { completePolicy, type Policy, type PolicyDocument, type StoredPolicyDocument } from '#moderation/policy.js';

import { PolicyVersionEntity } from './entities/policy-version.entity.js';
import { violatesUnique, withDatabase } from './errors.js';
import { holdPublishing, publishDraft, type Demands, type Publication } from './policy-publication.js';
import { runPrepared, type PreparedStatement } from './run-prepared.js';

export interface PolicyDraft {
  readonly document: PolicyDocument;
  readonly note: string;
  readonly author: string;
  /** The version that it was edited from; null for the first. Left out: the one that is live when it is stored. */
  readonly baseVersion?: number | null;
}

interface LiveRow {
  readonly version: number;
  readonly document: StoredPolicyDocument;
}

/** On the connections apart: every upload is judged by it. */
const LIVE: PreparedStatement = {
  name: 'live policy',
  text: `SELECT version, document FROM policy_version WHERE state = 'live'`,
};

const NONE: Demands = { approval: false, replay: false };

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

  /** Stores a draft on top of its base. */
  draft({ baseVersion, ...draft }: PolicyDraft): Promise<PolicyVersionEntity> {
    return withDatabase(async () => {
      const { manager } = this.database;
      const base = baseVersion === undefined ? await this.liveVersion() : baseVersion;
      const made = manager.create(PolicyVersionEntity, { ...draft, state: 'draft' as const, baseVersion: base });
      return manager.save(made);
    });
  }

  /** Makes a draft the live policy and retires the one before; refused when another was published since it was drafted. */
  publish(version: number, publisher: string, demands: Demands = NONE): Promise<Publication> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        await holdPublishing(transaction);
        return publishDraft(transaction, version, publisher, demands);
      }),
    );
  }

  /**
   * Publishes a first policy where there is none; harmless where there is one, or where another process is quicker.
   *
   * @param within what the publishing is done in; left out: nothing
   */
  async ensureLive(
    draft: PolicyDraft,
    within: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
  ): Promise<void> {
    const some = await withDatabase(() => this.database.manager.existsBy(PolicyVersionEntity, { state: 'live' }));
    if (some) return;
    try {
      await within(async () => {
        const { version } = await this.draft(draft);
        await this.publish(version, draft.author);
        return version;
      });
    } catch (error) {
      if (!violatesUnique(error, 'policy_version_one_live')) throw error;
    }
  }

  private async liveVersion(): Promise<number | null> {
    const live = await this.database.manager.findOneBy(PolicyVersionEntity, { state: 'live' });
    return live?.version ?? null;
  }
}
