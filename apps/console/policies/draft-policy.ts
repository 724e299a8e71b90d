import type { PolicyDraftBody } from '#contracts/policy-draft.js';
import { Problem } from '#contracts/problems.js';
import { policyFaults } from '#moderation/policy.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyStore } from '#persistence/policy-store.js';

import type { MergePolicy } from './merge-policy.js';

/** Stores a policy that decides every score vector, as a draft on top of the live version. */
export class DraftPolicy {
  constructor(
    private readonly policies: Pick<PolicyStore, 'findLive' | 'draft'>,
    private readonly merges: Pick<MergePolicy, 'stale'>,
  ) {}

  /**
   * @throws Problem `invalid-policy` with every fault of the document; `policy-base-stale` when it was edited from a version
   *   that is live no more
   */
  async draft({ document, note, baseVersion }: PolicyDraftBody, author: string): Promise<PolicyVersionEntity> {
    const faults = policyFaults(document);
    if (faults.length > 0) {
      const errors = faults.map(({ pointer, detail }) => ({ pointer: `/document${pointer}`, detail }));
      throw new Problem('invalid-policy', 'The policy is not stored; `errors` names what is wrong with it.', {
        errors,
      });
    }
    const live = await this.policies.findLive();
    if (baseVersion !== undefined && baseVersion !== live?.version) {
      const detail = `Version ${live?.version ?? 0} is live now: edit that one and draft again.`;
      throw await this.merges.stale(baseVersion, document, detail);
    }
    // on top of what was looked at: another may go live before it is stored, and must not be lost
    return this.policies.draft({ document, note, author, baseVersion: live?.version ?? null });
  }
}
