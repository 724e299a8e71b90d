import type { FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';

import type { AssetAnswer } from '#contracts/asset-answer.js';
import { Problem } from '#contracts/problems.js';
import type { ImageRejection } from '#contracts/prepared-image.js';
import { ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';
import type { Policy } from '#moderation/policy.js';
import { isTrafficClass, type TrafficClass } from '#moderation/words.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { StoredAnswer, SubmissionStore } from '#persistence/submission-store.js';
import type { AssetFiles } from '#storage/asset-files.js';
import type { Metrics } from '#telemetry/metrics.js';

import { tooBusy, type Door } from './door.js';
import { fingerprint } from './fingerprint.js';
import { answerOf, rounded, stagesOf, submissionOf, type JudgedUpload, type Submitter } from './judged-upload.js';
import { look, unseen, type Look, type Sight } from './look.js';
import { receiveUpload, type ReceivedUpload } from './receive-upload.js';
import { RunningKeys } from './running-keys.js';
import { UploadDeadline } from './upload-deadline.js';

export interface SubmitParts {
  readonly files: AssetFiles;
  readonly door: Door;
  readonly sight: Sight;
  readonly policies: LivePolicy;
  readonly submissions: SubmissionStore;
  readonly metrics: Metrics;
  readonly limits: SubmitLimits;
}

export interface SubmitLimits {
  readonly assetBytesMax: number;
  /** After which the sweeper rings for an asset without a final. */
  readonly dueMs: number;
  /** The promise to clients, from the last byte of the upload to its decision. */
  readonly sloMs: number;
  readonly ifShed: 'accept' | 'refuse';
}

/** The answer with everything in it; what a key may not see is taken out by whoever sends it. */
export interface SubmitAnswer {
  readonly answer: AssetAnswer;
  readonly replayed: boolean;
}

/** An asset in, a provisional decision out: receive, look, judge, commit, answer. */
export class SubmitAsset {
  private readonly running = new RunningKeys();

  constructor(private readonly parts: SubmitParts) {}

  /** @throws Problem for what the client can mend; DatabaseLate when the commit's outcome is unknown */
  submit(request: FastifyRequest, by: Submitter): Promise<SubmitAnswer> {
    const { door, metrics } = this.parts;
    const work = (): Promise<SubmitAnswer> =>
      door.pass(
        { clientId: by.clientId, trafficClass: classAtDoor(request) },
        (arrived) => this.receive(request, by, arrived),
        (reason) => metrics.shed('door', reason),
      );
    return this.running.hold(by.clientId, by.key, work);
  }

  private async receive(request: FastifyRequest, by: Submitter, arrived: () => void): Promise<SubmitAnswer> {
    const { files, limits } = this.parts;
    const assetId = uuidv7();
    const receivedAtMs = Date.now();
    const startedMs = performance.now();
    const received = await receiveUpload(request, assetId, { files, assetBytesMax: limits.assetBytesMax });
    const lastByteMs = performance.now();
    let judged: JudgedUpload;
    try {
      const print = fingerprint(received.stored.sha256, received.fields);
      const earlier = await this.earlierAnswer(by, print);
      if (earlier !== undefined) {
        await files.remove(assetId);
        return earlier;
      }
      const receiveMs = performance.now() - startedMs;
      const judging = this.judge(received, by, lastByteMs);
      arrived();
      const { policy, seen } = await judging;
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
  private async judge(
    received: ReceivedUpload,
    by: Submitter,
    lastByteMs: number,
  ): Promise<{ policy: Policy; seen: Look }> {
    const policy = await this.parts.policies.current();
    const { sloMs } = this.parts.limits;
    const deadline = new UploadDeadline(sloMs, received.fields.deadlineMs, by.deadlineMs);
    const leftMs = deadline.lookMs(performance.now() - lastByteMs);
    const [seen] = await Promise.all([this.see(received, policy, deadline, leftMs), received.stored.settled]);
    if (seen.kind === 'rejected') throw new Problem(seen.code, seen.detail);
    return { policy, seen };
  }

  private async see(
    received: ReceivedUpload,
    policy: Policy,
    deadline: UploadDeadline,
    leftMs: number,
  ): Promise<Look | ImageRejection> {
    const { sight, metrics, limits } = this.parts;
    const { stored, fields } = received;
    try {
      const toSee = {
        path: stored.path,
        sha256: stored.sha256.toString('hex'),
        trafficClass: fields.class ?? 'normal',
        deadlineMs: leftMs,
        nowMs: Date.now(),
      };
      return await look(sight, toSee, policy);
    } catch (error) {
      if (!(error instanceof ClassifierOverloaded)) throw error;
      const shed = error instanceof ClassifierShed ? error : undefined;
      metrics.shed('queue', shed?.reason ?? 'full');
      if (limits.ifShed === 'refuse') throw deadline.fault(error) ?? tooBusy(shed?.retryAfterMs);
      return unseen(policy, 'shed');
    }
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
    metrics.uploadTook(stagesOf(timing, judged.seen));
    const { match } = judged.seen;
    if (match !== null) metrics.bankHit('fast', match.kind, match.match);
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

/** The class as far as it is known before the body is read: forms name it inside. */
function classAtDoor({ query }: FastifyRequest): TrafficClass {
  const said = typeof query === 'object' && query !== null && 'class' in query ? query.class : undefined;
  return isTrafficClass(said) ? said : 'normal';
}
