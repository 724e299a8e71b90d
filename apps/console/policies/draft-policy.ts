import type { PolicyDraftBody } from '#contracts/policy-draft.js';
import { Problem } from '#contracts/problems.js';
import { policyFaults } from '#moderation/policy.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyStore } from '#persistence/policy-store.js';

/** Stores a policy that decides every score vector, as a draft on top of the live version. */
export class DraftPolicy {
  constructor(private readonly policies: PolicyStore) {}

  /** @throws Problem `invalid-policy` with every fault of the document; `conflict` when it was edited from an older one */
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
      throw new Problem('conflict', `Version ${live?.version ?? 0} is live now: edit that one and draft again.`);
    }
    return this.policies.draft({ document, note, author });
  }
}
