import type { PolicyDraftBody } from '#contracts/policy-draft.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyStore } from '#persistence/policy-store.js';

import type { MergePolicy } from './merge-policy.js';
import { refuseFaults } from './refuse-faults.js';

/** Stores a policy that decides every score vector, as a draft on top of the live version. */
export class DraftPolicy {
  constructor(
    private readonly policies: Pick<PolicyStore, 'findLive' | 'draft'>,
    private readonly merges: Pick<MergePolicy, 'stale'>,
  ) {}

  /**
   * @throws Problem `invalid-policy` with every fault of the document; `policy-base-stale` when it was edited from another
   *   version than the live one
   */
  async draft({ document, note, baseVersion }: PolicyDraftBody, author: string): Promise<PolicyVersionEntity> {
    refuseFaults(document);
    const live = await this.policies.findLive();
    const liveVersion = live?.version ?? null;
    if (baseVersion !== liveVersion) {
      const detail =
        liveVersion === null
          ? 'No version is live: draft the first one, with null as its base.'
          : `Version ${liveVersion} is live now: edit that one and draft again.`;
      throw await this.merges.stale(baseVersion, document, detail);
    }
    // on top of what was looked at: another may go live before it is stored, and must not be lost
    return this.policies.draft({ document, note, author, baseVersion: liveVersion });
  }
}
