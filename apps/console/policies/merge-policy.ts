import type { PolicyMergeAnswer } from '#contracts/policy-answer.js';
import { Problem } from '#contracts/problems.js';
import { policyFaults, type PolicyDocument } from '#moderation/policy.js';
import { mergePolicies } from '#moderation/policy-diff.js';
import type { DraftContent } from '#persistence/policy-draft-store.js';
import type { PolicyStore } from '#persistence/policy-store.js';

/** Tells what two people made of the same version. */
export class MergePolicy {
  constructor(private readonly policies: Pick<PolicyStore, 'find' | 'findLive'>) {}

  /** A version against what is live now. @throws Problem `not-found` where one of the three is not there */
  async of(version: number): Promise<PolicyMergeAnswer> {
    const yours = await this.policies.find(version);
    const merge = yours === undefined ? undefined : await this.with(yours.baseVersion, yours.document);
    if (merge === undefined) throw new Problem('not-found', 'There is no policy with this version, or none to merge.');
    return merge;
  }

  /** The same for a draft that was not handed in yet. */
  async ofDraft({ baseVersion, document }: Pick<DraftContent, 'baseVersion' | 'document'>): Promise<PolicyMergeAnswer> {
    const merge = await this.with(baseVersion, document);
    if (merge === undefined) throw new Problem('not-found', 'There is nothing to merge it with.');
    return merge;
  }

  /** What to answer whoever began with a version that is live no more. @param detail for people */
  async stale(baseVersion: number | null, yours: PolicyDocument | undefined, detail: string): Promise<Problem> {
    const merge = yours === undefined ? undefined : await this.with(baseVersion, yours);
    return new Problem('policy-base-stale', detail, merge === undefined ? {} : { more: { merge } });
  }

  private async with(baseVersion: number | null, yours: PolicyDocument): Promise<PolicyMergeAnswer | undefined> {
    const base = baseVersion === null ? undefined : await this.policies.find(baseVersion);
    const live = await this.policies.findLive();
    if (base === undefined || live === undefined) return undefined;
    const merge = mergePolicies(base.document, live.document, yours);
    return {
      baseVersion: base.version,
      liveVersion: live.version,
      documents: { base: base.document, theirs: live.document, yours },
      ...merge,
      faults: policyFaults(merge.merged),
    };
  }
}
