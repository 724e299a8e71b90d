import { uuidv7 } from 'uuidv7';

import type { AssetAnswer } from '#contracts/asset-answer.js';
import { Problem } from '#contracts/problems.js';
import type { ImageRejection } from '#contracts/prepared-image.js';
import { ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';
import type { Policy } from '#moderation/policy.js';
import type { LivePolicy } from '#persistence/live-policy.js';
import type { StoredAnswer, SubmissionStore } from '#persistence/submission-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import type { Metrics } from '#telemetry/metrics.js';

import { tooBusy, type Door } from './door.js';
import { fingerprint } from './fingerprint.js';
import { answerOf, rounded, stagesOf, submissionOf, type JudgedUpload, type Submitter } from './judged-upload.js';
import { look, unseen, type Look, type Sight } from './look.js';
import { RunningKeys } from './running-keys.js';
import { UploadDeadline } from './upload-deadline.js';
import type { ReceivedUpload, UploadSource } from './upload-source.js';

export interface SubmitParts {
  readonly files: Pick<AssetBytes, 'write' | 'remove'>;
  readonly door: Pick<Door, 'pass' | 'takeCostly'>;
  readonly sight: Sight;
  readonly policies: Pick<LivePolicy, 'current'>;
  readonly submissions: Pick<SubmissionStore, 'accept' | 'storedAnswer'>;
  readonly metrics: Pick<Metrics, 'shed' | 'provisionalDecided' | 'uploadTook' | 'bankHit'>;
  readonly limits: SubmitLimits;
}

export interface SubmitLimits {
  readonly assetBytesMax: number;
  /** After which batch services of an older release ring for an asset without a final. */
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

/** Whose upload it is, until when it must have been looked at, and what becomes of it otherwise. */
interface Deadline {
  readonly clientId: string;
  readonly deadline: UploadDeadline;
  readonly ifShed: SubmitLimits['ifShed'];
}

/** An asset in, a provisional decision out: receive, look, judge, commit, answer. */
export class SubmitAsset {
  private readonly running = new RunningKeys();

  constructor(private readonly parts: SubmitParts) {}

  /** @throws Problem for what the client can mend; DatabaseLate when the commit's outcome is unknown */
  submit(source: UploadSource, by: Submitter): Promise<SubmitAnswer> {
    const { door, metrics } = this.parts;
    const work = (): Promise<SubmitAnswer> =>
      door.pass(
        { clientId: by.clientId, trafficClass: source.trafficClass },
        (arrived) => this.receive(source, by, arrived),
        (reason) => metrics.shed('door', reason),
      );
    return this.running.hold(by.clientId, by.key, work);
  }

  /** Whether a request with this key was accepted, or is under way here: to repeat it stores nothing. @throws DatabaseLate */
  async knows(clientId: string, key: string): Promise<boolean> {
    if (this.running.has(clientId, key)) return true;
    return (await this.parts.submissions.storedAnswer(clientId, key)) !== undefined;
  }

  private async receive(source: UploadSource, by: Submitter, arrived: () => void): Promise<SubmitAnswer> {
    const { files, limits } = this.parts;
    const asked = source.print === undefined ? undefined : await this.earlierAnswer(by, source.print);
    if (asked !== undefined) return asked;
    const assetId = uuidv7();
    const receivedAtMs = Date.now();
    const startedMs = performance.now();
    const received = await source.receive(assetId, { files, assetBytesMax: limits.assetBytesMax });
    const lastByteMs = performance.now();
    let judged: JudgedUpload;
    try {
      const print = source.print ?? fingerprint(received.stored.sha256, received.fields);
      const earlier = source.print === undefined ? await this.earlierAnswer(by, print) : undefined;
      if (earlier !== undefined) {
        await files.remove(assetId);
        return earlier;
      }
      const receiveMs = performance.now() - startedMs;
      const judging = this.judge(received, this.deadlineOf(source, received, by), lastByteMs);
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
    return this.commit(judged, startedMs, source.patienceMs === undefined);
  }

  private deadlineOf({ patienceMs }: UploadSource, { fields }: ReceivedUpload, by: Submitter): Deadline {
    const { sloMs, ifShed } = this.parts.limits;
    const { clientId } = by;
    if (patienceMs !== undefined) return { clientId, deadline: new UploadDeadline(patienceMs), ifShed: 'refuse' };
    return { clientId, deadline: new UploadDeadline(sloMs, fields.deadlineMs, by.deadlineMs), ifShed };
  }

  /** Looks at the bytes while they reach their place. */
  private async judge(
    received: ReceivedUpload,
    until: Deadline,
    lastByteMs: number,
  ): Promise<{ policy: Policy; seen: Look }> {
    const policy = await this.parts.policies.current();
    const leftMs = until.deadline.lookMs(performance.now() - lastByteMs);
    const [seen] = await Promise.all([this.see(received, policy, until, leftMs), received.stored.settled]);
    await received.stored.release();
    if (seen.kind === 'rejected') throw new Problem(seen.code, seen.detail);
    return { policy, seen };
  }

  private async see(
    received: ReceivedUpload,
    policy: Policy,
    { clientId, deadline, ifShed }: Deadline,
    leftMs: number,
  ): Promise<Look | ImageRejection> {
    const { sight, metrics, door } = this.parts;
    const { stored, fields } = received;
    try {
      const toSee = {
        path: stored.path,
        sha256: stored.sha256.toString('hex'),
        clientId,
        trafficClass: fields.class ?? 'normal',
        deadlineMs: leftMs,
        nowMs: Date.now(),
      };
      return await look(sight, toSee, policy);
    } catch (error) {
      if (!(error instanceof ClassifierOverloaded)) throw error;
      const shed = error instanceof ClassifierShed ? error : undefined;
      metrics.shed('queue', shed?.reason ?? 'full');
      const isCostly = shed?.reason === 'costly';
      const tooMany = isCostly ? door.takeCostly(clientId, (reason) => metrics.shed('door', reason)) : undefined;
      if (tooMany !== undefined) throw tooMany;
      // a picture that takes too long to decode does so at any other time: to come again would not help it
      if (ifShed === 'refuse' && !isCostly) throw deadline.fault(error) ?? tooBusy(shed?.retryAfterMs);
      return unseen(policy, 'shed');
    }
  }

  /** From here on the bytes stay, whatever happens: a commit may succeed and its answer be lost. Orphans are collected. */
  private async commit(judged: JudgedUpload, startedMs: number, isAwaited: boolean): Promise<SubmitAnswer> {
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
    // the promise is to those who wait for the answer
    if (isAwaited) metrics.uploadTook(stagesOf(timing, judged.seen));
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
    if (stored.erased) throw new Problem('erased', 'What was uploaded with this idempotency key has been erased.');
    return { answer: stored.answer as AssetAnswer, replayed: true };
  }
}
