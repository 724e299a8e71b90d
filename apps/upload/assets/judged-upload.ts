import type { AssetAnswer, UploadTiming } from '#contracts/asset-answer.js';
import { labelScores } from '#moderation/label-scores.js';
import type { Policy } from '#moderation/policy.js';
import type { Submission } from '#persistence/submission-store.js';

import type { Look } from './look.js';
import { linksOf } from './present-asset.js';
import type { ReceivedUpload } from './upload-source.js';

/** Whose upload it is, and under which idempotency key. */
export interface Submitter {
  readonly clientId: string;
  readonly key: string | undefined;
  /** From the header; undefined where it says nothing. */
  readonly deadlineMs: number | undefined;
}

/** One upload on its way: what is known when it is judged. */
export interface JudgedUpload {
  readonly assetId: string;
  readonly by: Submitter;
  readonly received: ReceivedUpload;
  readonly policy: Policy;
  readonly seen: Look;
  readonly print: string;
  readonly receivedAtMs: number;
  readonly decidedAtMs: number;
  readonly timing: UploadTiming;
}

/** What one statement makes true of it. @param dueMs when batch services of an older release ring for it */
export function submissionOf(judged: JudgedUpload, dueMs: number): Omit<Submission, 'idempotency'> {
  const { assetId, by, received, policy, seen, receivedAtMs, decidedAtMs } = judged;
  const { fields, stored, mediaType } = received;
  const trafficClass = fields.class ?? 'normal';
  const facts = seen.seen?.facts;
  return {
    assetId,
    clientId: by.clientId,
    externalId: fields.externalId ?? null,
    uploaderId: fields.uploaderId ?? null,
    trafficClass,
    metadata: fields.metadata ?? null,
    sha256: stored.sha256.toString('hex'),
    bytes: stored.bytes,
    mediaType: facts?.mediaType ?? mediaType,
    width: facts?.width ?? null,
    height: facts?.height ?? null,
    frames: facts?.frames ?? null,
    degraded: facts?.degraded ?? [],
    receivedAtMs,
    decidedAtMs,
    finalByMs: receivedAtMs + policy.document.finalWithinMs[trafficClass],
    ifLate: policy.document.ifLate[trafficClass],
    dueAtMs: receivedAtMs + dueMs,
    judgement: seen.judgement,
    policyVersion: policy.version,
    classification:
      seen.seen === null ? null : { modelId: seen.seen.modelId, scores: seen.seen.scores, views: seen.seen.views },
    perceptual: seen.seen?.perceptual ?? null,
    match: seen.match,
  };
}

/** The answer with everything in it, scores included. */
export function answerOf(judged: JudgedUpload, submission: Omit<Submission, 'idempotency'>): AssetAnswer {
  const { judgement } = judged.seen;
  const { scores, labels } = judged.seen.seen ?? { scores: [], labels: [] };
  return {
    id: submission.assetId,
    externalId: submission.externalId,
    uploaderId: submission.uploaderId,
    class: submission.trafficClass,
    metadata: judged.received.fields.metadata ?? null,
    mediaType: submission.mediaType,
    bytes: submission.bytes,
    sha256: submission.sha256,
    receivedAt: new Date(submission.receivedAtMs).toISOString(),
    served: judgement.verdict === 'allow',
    decision: {
      revision: 1,
      stage: 'provisional',
      ...judgement,
      ...(judged.seen.match === null ? {} : { match: judged.seen.match }),
      policyVersion: submission.policyVersion,
      decidedAt: new Date(submission.decidedAtMs).toISOString(),
    },
    transition: null,
    finalBy: new Date(submission.finalByMs).toISOString(),
    ifLate: judged.policy.document.ifLate[submission.trafficClass],
    late: false,
    labels: [...labelScores(scores, labels)].map(([label, score]) => ({ label, score })),
    timing: judged.timing,
    links: linksOf(submission.assetId),
  };
}

/** Milliseconds to a hundredth: finer is noise. */
export function rounded(timing: UploadTiming): UploadTiming {
  const entries = Object.entries(timing).map(([stage, ms]: [string, number]) => [stage, Math.round(ms * 100) / 100]);
  return Object.fromEntries(entries) as UploadTiming;
}

/** Stages that there are only where the fast tier looked. */
const OF_LOOKS = ['queueMs', 'decodeMs', 'inferenceMs'];

/** Milliseconds by stage, as the metrics name them; of those stages that the upload had. */
export function stagesOf(timing: UploadTiming, { seen }: Pick<Look, 'seen'>): Record<string, number> {
  const had = Object.entries(timing).filter(([name]) => seen !== null || !OF_LOOKS.includes(name));
  return Object.fromEntries(had.map(([name, ms]: [string, number]) => [name.replace(/Ms$/, ''), ms]));
}
