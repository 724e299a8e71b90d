import { Problem } from '#contracts/problems.js';
import type { PolicyRefusal } from '#persistence/policy-publication.js';
import type { PolicyStore } from '#persistence/policy-store.js';

import type { MergePolicy } from './merge-policy.js';

/** Puts into words why a step of a draft is not taken. */
export class RefuseStep {
  constructor(
    private readonly policies: Pick<PolicyStore, 'find'>,
    private readonly merges: Pick<MergePolicy, 'stale'>,
  ) {}

  async problem(version: number, refused: PolicyRefusal): Promise<Problem> {
    switch (refused.why) {
      case 'unknown':
        return new Problem('not-found', 'There is no policy with this version.');
      case 'not_a_draft':
        return new Problem(
          'conflict',
          `Version ${version} is ${refused.state}, and only a draft can be published. To bring its rules back, roll back to it.`,
        );
      case 'stale_base': {
        const { baseVersion, liveVersion } = refused;
        const yours = (await this.policies.find(version))?.document;
        const detail = `${named(liveVersion)} is live, and version ${version} was drafted when ${named(baseVersion).toLowerCase()} was. Compare the two, then post a new draft and publish that.`;
        return this.merges.stale(baseVersion, yours, detail);
      }
      case 'not_replayed':
        return new Problem(
          'replay-required',
          `Nobody has replayed version ${version} against the live one over any asset.`,
        );
      case 'not_approved':
        return new Problem('approval-required', `Nobody but its author has looked at version ${version}.`);
      case 'refused':
        return new Problem(
          'conflict',
          `${refused.by} has refused version ${version}: it will not be published. Draft anew.`,
        );
      case 'own_draft':
        return new Problem('own-draft', `You wrote version ${version}.`);
    }
  }
}

const named = (version: number | null): string => (version === null ? 'No version' : `Version ${version}`);
