import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore, type Submission } from '#persistence/submission-store.js';
import { ModelAsset } from './history-model.js';
import { directly, type Asking } from './history-pause.js';
import { submissionOf } from './history-rows.js';

interface Uploaded {
  readonly verdict: ProvisionalVerdict;
  readonly ifLate: LateDefault;
  readonly overdue: boolean;
}

/** Uploads in the stores and in the model, whoever hands them in: a client, a batch, an ingest. */
export class HistoryUploads {
  /** In the order in which they were accepted. */
  readonly assets: ModelAsset[] = [];
  private readonly keys = new Map<string, string>();
  private readonly submissions: SubmissionStore;
  private readonly policies: PolicyStore;

  constructor(
    private readonly database: DataSource,
    private readonly clientId: string,
  ) {
    this.submissions = new SubmissionStore(database);
    this.policies = new PolicyStore(database);
  }

  /** @returns the asset's id; under a key that was used before, that of the first upload */
  async accept(
    uploaded: Uploaded,
    key: string | null,
    more: Partial<Submission> = {},
    asking: Asking = directly(this.database),
  ): Promise<string> {
    const { version: policyVersion } = await this.policies.live();
    /** Each try is an asset of its own, until one is accepted. */
    const tried: string[] = [];
    const { answer, again } = await asking((database) => {
      const submission = submissionOf(this.clientId, uploaded);
      const { assetId: id, sha256 } = submission;
      tried.push(id);
      const idempotency = key === null ? null : { key, fingerprint: sha256, answer: { id } };
      return new SubmissionStore(database).accept({ ...submission, ...more, policyVersion, idempotency });
    });
    const earlier = key === null ? undefined : this.keys.get(key);
    if (!again || earlier !== undefined) expect(answer).toBe(earlier === undefined ? 'accepted' : 'key_taken');
    const id = earlier ?? (answer === 'accepted' ? tried.at(-1) : await this.foundBefore(key, tried)) ?? '';
    if (key !== null) {
      const stored = await this.submissions.storedAnswer(this.clientId, key);
      const isErased = this.assets.some((asset) => asset.id === id && asset.erased);
      expect(stored?.answer).toEqual(isErased ? { id, erased: true } : { id });
    }
    if (earlier !== undefined) return earlier;
    if (key !== null) this.keys.set(key, id);
    this.assets.push(new ModelAsset(id, uploaded.verdict, uploaded, more.trafficClass ?? 'normal'));
    return id;
  }

  /** The try that was accepted without anybody being told. */
  private async foundBefore(key: string | null, tried: readonly string[]): Promise<string | undefined> {
    const stored = await this.submissions.storedAnswer(this.clientId, key ?? '');
    return tried.slice(0, -1).find((id) => JSON.stringify(stored?.answer) === JSON.stringify({ id }));
  }
}
