import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { Demands } from '#persistence/policy-publication.js';
import type { PolicyStore } from '#persistence/policy-store.js';

import type { RefuseStep } from './refuse-step.js';

/** Puts a draft in force and retires the version before it. */
export class PublishPolicy {
  constructor(
    private readonly policies: Pick<PolicyStore, 'publish'>,
    private readonly refusals: RefuseStep,
    private readonly demands: Demands,
  ) {}

  /**
   * @throws Problem `not-found`; `conflict` for what is no draft; `policy-base-stale` for no draft of the version that is live
   *   now; `replay-required`, `approval-required`
   */
  async publish(version: number, publisher: string): Promise<PolicyVersionEntity> {
    const publication = await this.policies.publish(version, publisher, this.demands);
    if (publication.kind === 'refused') throw await this.refusals.problem(version, publication);
    return publication.version;
  }
}
