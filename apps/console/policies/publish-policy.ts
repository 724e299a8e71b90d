import { Problem } from '#contracts/problems.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyStore, Publication } from '#persistence/policy-store.js';

/** Puts a draft in force and retires the version before it. */
export class PublishPolicy {
  constructor(private readonly policies: PolicyStore) {}

  /** @throws Problem `not-found`; `conflict` for what is no draft, or no draft of the version that is live now */
  async publish(version: number, publisher: string): Promise<PolicyVersionEntity> {
    const publication = await this.policies.publish(version, publisher);
    if (publication.kind === 'refused') throw refusal(version, publication);
    return publication.version;
  }
}

function refusal(version: number, refused: Extract<Publication, { kind: 'refused' }>): Problem {
  switch (refused.why) {
    case 'unknown':
      return new Problem('not-found', 'There is no policy with this version.');
    case 'not_a_draft':
      return new Problem(
        'conflict',
        `Version ${version} is ${refused.state}, and only a draft can be published. To bring its rules back, post its document as a new draft.`,
      );
    case 'stale_base':
      return new Problem(
        'conflict',
        `${named(refused.liveVersion)} is live, and version ${version} was drafted when ${named(refused.baseVersion).toLowerCase()} was. Compare the two, then post a new draft and publish that.`,
      );
  }
}

const named = (version: number | null): string => (version === null ? 'No version' : `Version ${version}`);
