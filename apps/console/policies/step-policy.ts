import { Problem } from '#contracts/problems.js';
import type { PolicyRollbackBody } from '#contracts/policy-step.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyChangeStore, Restored } from '#persistence/policy-change-store.js';
import type { Demands } from '#persistence/policy-publication.js';

import type { RefuseStep } from './refuse-step.js';

/** Further ahead nobody knows what will be live. */
const AHEAD_MS_MAX = 366 * 86_400_000;

/** The steps between a draft and its day, and the way back to a version that was live. */
export class StepPolicy {
  constructor(
    private readonly changes: PolicyChangeStore,
    private readonly refusals: RefuseStep,
    private readonly demands: Demands,
  ) {}

  /** @throws Problem as publishing does, but for the approval; `own-draft` */
  async approve(version: number, approver: string): Promise<PolicyVersionEntity> {
    const changed = await this.changes.approve(version, approver, this.demands);
    if (changed.kind === 'refused') throw await this.refusals.problem(version, changed);
    return changed.version;
  }

  /** @throws Problem `not-found`; `conflict` for what is no draft, or was refused already */
  async refuse(version: number, by: string, because: string): Promise<PolicyVersionEntity> {
    const changed = await this.changes.refuse(version, by, because);
    if (changed.kind === 'refused') throw await this.refusals.problem(version, changed);
    return changed.version;
  }

  /** @param at null: at no time any more @throws Problem as publishing does; `invalid-request` for a time that is past */
  async schedule(version: number, at: Date | null, by: string): Promise<PolicyVersionEntity> {
    // the database's clock says when the time has come, so no other clock than that of the machine will do
    const aheadMs = at === null ? 1 : at.getTime() - Date.now();
    if (!(aheadMs > 0 && aheadMs <= AHEAD_MS_MAX)) {
      const errors = [{ pointer: '/at', detail: 'must be to come, and within a year' }];
      throw new Problem('invalid-request', 'The draft is not scheduled.', { errors });
    }
    const changed = await this.changes.schedule(version, at, by, this.demands);
    if (changed.kind === 'refused') throw await this.refusals.problem(version, changed);
    return changed.version;
  }

  /** @throws Problem `not-found`; `conflict` for what was never live, says what is live, or when another went live */
  async rollBack(version: number, by: string, { note, replaces }: PolicyRollbackBody): Promise<PolicyVersionEntity> {
    const words = note ?? `Back to version ${version}`;
    const restored = await this.changes.restore({ version, by, note: words, replaces });
    if (restored.kind === 'refused') throw refusal(version, restored);
    return restored.version;
  }
}

function refusal(version: number, refused: Extract<Restored, { kind: 'refused' }>): Problem {
  switch (refused.why) {
    case 'unknown':
      return new Problem('not-found', 'There is no policy with this version.');
    case 'never_live':
      return new Problem('conflict', `Version ${version} is ${refused.state} and was never live: publish it instead.`);
    case 'same':
      return new Problem('conflict', `Version ${refused.liveVersion} is live and says the same as version ${version}.`);
    case 'other_live':
      return new Problem('conflict', `Version ${refused.liveVersion} is live now: look at that before you replace it.`);
  }
}
