import type { FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';

import type { AssetAnswer } from '#contracts/asset-answer.js';
import { Problem } from '#contracts/problems.js';
import type { ClassifierPool } from '#inference/classifier-pool.js';
import type { Policy } from '#moderation/policy.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { StoredAnswer, SubmissionStore } from '#persistence/submission-store.js';
import type { AssetFiles } from '#storage/asset-files.js';
import type { Metrics } from '#telemetry/metrics.js';

import { fingerprint } from './fingerprint.js';
import { answerOf, rounded, stagesOf, submissionOf, type JudgedUpload, type Submitter } from './judged-upload.js';
import { look, type Look } from './look.js';
import { receiveUpload, type ReceivedUpload } from './receive-upload.js';
import { RunningKeys } from './running-keys.js';

export interface SubmitParts {
  readonly files: AssetFiles;
  readonly pool: ClassifierPool;
  readonly policies: LivePolicy;
  readonly submissions: SubmissionStore;
  readonly metrics: Metrics;
  readonly limits: { readonly assetBytesMax: number; readonly uploadsMax: number; readonly dueMs: number };
}

/** The answer with everything in it; what a key may not see is taken out by whoever sends it. */
export interface SubmitAnswer {
  readonly answer: AssetAnswer;
  readonly replayed: boolean;
}

/** An asset in, a provisional decision out: receive, look, judge, commit, answer. */
export class SubmitAsset {
  private readonly running = new RunningKeys();
  private uploads = 0;

  constructor(private readonly parts: SubmitParts) {}

  /** @throws Problem for what the client can mend; DatabaseLate when the commit's outcome is unknown */
  submit(request: FastifyRequest, by: Submitter): Promise<SubmitAnswer> {
    return this.running.hold(by.clientId, by.key, () => this.bounded(() => this.receive(request, by)));
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.uploads >= this.parts.limits.uploadsMax) {
      throw new Problem('overloaded', `${this.parts.limits.uploadsMax} uploads are under way already.`);
    }
    this.uploads += 1;
    try {
      return await work();
    } finally {
      this.uploads -= 1;
    }
  }

  private async receive(request: FastifyRequest, by: Submitter): Promise<SubmitAnswer> {
    const { files, limits } = this.parts;
    const assetId = uuidv7();
    const receivedAtMs = Date.now();
    const startedMs = performance.now();
    const received = await receiveUpload(request, assetId, { files, assetBytesMax: limits.assetBytesMax });
    let judged: JudgedUpload;
    try {
      const print = fingerprint(received.stored.sha256, received.fields);
      const earlier = await this.earlierAnswer(by, print);
      if (earlier !== undefined) {
        await files.remove(assetId);
        return earlier;
      }
      const receiveMs = performance.now() - startedMs;
      const { policy, seen } = await this.judge(assetId, received);
      const totalMs = performance.now() - startedMs;
      const { queueMs, decodeMs, inferenceMs } = seen;
      const timing = rounded({ receiveMs, queueMs, decodeMs, inferenceMs, totalMs });
      judged = { assetId, by, received, policy, seen, print, receivedAtMs, decidedAtMs: Date.now(), timing };
    } catch (error) {
      await files.remove(assetId);
      throw error;
    }
    return this.commit(judged, startedMs);
  }

  /** Looks at the bytes while they reach the disk. */
  private async judge(assetId: string, received: ReceivedUpload): Promise<{ policy: Policy; seen: Look }> {
    const { files, pool, policies } = this.parts;
    const policy = await policies.current();
    const [seen] = await Promise.all([look(pool, received.stored.path, policy), files.settle(assetId)]);
    if (seen.kind === 'rejected') throw new Problem(seen.code, seen.detail);
    return { policy, seen };
  }

  /** From here on the bytes stay, whatever happens: a commit may succeed and its answer be lost. Orphans are collected. */
  private async commit(judged: JudgedUpload, startedMs: number): Promise<SubmitAnswer> {
    const { submissions, metrics, files } = this.parts;
    const submission = submissionOf(judged, this.parts.limits.dueMs);
    const answer = answerOf(judged, submission);
    const storeStartedMs = performance.now();
    const idempotency = judged.by.key === undefined ? null : { key: judged.by.key, fingerprint: judged.print, answer };
    if ((await submissions.accept({ ...submission, idempotency })) === 'key_taken') {
      await files.remove(judged.assetId);
      const earlier = await this.earlierAnswer(judged.by, judged.print);
      if (earlier === undefined) throw new Error('the key is taken and its answer is not there');
      return earlier;
    }
    const nowMs = performance.now();
    const timing = rounded({ ...judged.timing, storeMs: nowMs - storeStartedMs, totalMs: nowMs - startedMs });
    metrics.provisionalDecided(answer.decision.verdict, answer.decision.source, answer.class);
    metrics.uploadTook(stagesOf(timing));
    return { answer: { ...answer, timing }, replayed: false };
  }

  private async earlierAnswer(by: Submitter, print: string): Promise<SubmitAnswer | undefined> {
    if (by.key === undefined) return undefined;
    const stored: StoredAnswer | undefined = await this.parts.submissions.storedAnswer(by.clientId, by.key);
    if (stored === undefined) return undefined;
    if (stored.fingerprint !== print) {
      throw new Problem('key-reused', 'This idempotency key was used for another upload; use a new one.');
    }
    return { answer: stored.answer as AssetAnswer, replayed: true };
  }
}
