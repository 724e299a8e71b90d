import type { PolicyDiffAnswer } from '#contracts/policy-answer.js';
import { Problem } from '#contracts/problems.js';
import { diffPolicies } from '#moderation/policy-diff.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyStore } from '#persistence/policy-store.js';

/** Tells where two versions differ. */
export class ComparePolicies {
  constructor(private readonly policies: Pick<PolicyStore, 'find'>) {}

  /** @param against left out: the version that it was drafted on @throws Problem `not-found` */
  async diff(version: number, against: number | undefined): Promise<PolicyDiffAnswer> {
    const to = await this.read(version);
    const other = against ?? to.baseVersion;
    if (other === null) throw new Problem('not-found', 'It is the first version: there is none before it.');
    const from = await this.read(other);
    return { from: other, to: version, changes: diffPolicies(from.document, to.document) };
  }

  private async read(version: number): Promise<PolicyVersionEntity> {
    const found = await this.policies.find(version);
    if (found === undefined) throw new Problem('not-found', `There is no policy with version ${version}.`);
    return found;
  }
}
