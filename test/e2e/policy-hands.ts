import type { PolicyAnswer, PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { Finding } from '#moderation/label.js';
import type { PolicyDocument } from '#moderation/policy.js';
import { eventually } from '../support/eventually.js';
import type { Browser } from '../support/signed-in.js';

/** What somebody does with policies without looking at pages. Each throws when it is refused. */
export class PolicyHands {
  constructor(private readonly own: Browser) {}

  /** Begins a draft on the live version. @param change makes its document of the live one */
  async begin(change: (live: PolicyDocument) => PolicyDocument, note = 'Less waits.'): Promise<PolicyDraftAnswer> {
    const { document, version } = await this.ask<PolicyAnswer>('GET', '/policies/live');
    return this.ask('POST', '/policy-drafts', { document: change(document), baseVersion: version, note });
  }

  /** Makes a version of a draft, with what it would change. @returns its number */
  async handIn({ id, revision }: PolicyDraftAnswer): Promise<number> {
    const { version } = await this.ask<PolicyAnswer>('POST', `/policy-drafts/${id}/submit`, { revision });
    await this.replay(`/policies/${version}`);
    return version;
  }

  /** Has a version or a draft replayed, and waits for what comes of it. */
  async replay(address: string): Promise<void> {
    const { id } = await this.ask<ReplayAnswer>('POST', `${address}/replays`, {});
    await eventually('the replay is done', async () => {
      const { state } = await this.ask<ReplayAnswer>('GET', `/replays/${id}`);
      return state === 'done';
    });
  }

  async approve(version: number): Promise<void> {
    await this.ask('POST', `/policies/${version}/approve`);
  }

  async publish(version: number): Promise<void> {
    await this.ask('POST', `/policies/${version}/publish`);
  }

  private async ask<T>(method: string, path: string, sent?: unknown): Promise<T> {
    const { status, body } = await this.own.ask<T>(method, `/api${path}`, sent);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** Makes a policy of another, whose heavy model blocks a label from another score. */
export const heavyFrom =
  (label: Finding, blockFrom: number) =>
  (document: PolicyDocument): PolicyDocument => {
    const tiers = document.thresholds[label];
    const heavy = { ...tiers.heavy, blockFrom };
    return { ...document, thresholds: { ...document.thresholds, [label]: { ...tiers, heavy } } };
  };
