import { OperationalError } from '#contracts/errors.js';
import { Problem, PROBLEMS, type ProblemCode } from '#contracts/problems.js';
import type { BulkWork, ItemOutcome } from '#persistence/bulk-work-store.js';
import type { Logger } from '#telemetry/logger.js';

import type { SubmitAsset } from '../assets/submit-asset.js';
import type { UploadSource } from '../assets/upload-source.js';
import { fromBulk, keyOf, type BulkOrigins } from './bulk-source.js';

export interface WorkParts extends BulkOrigins {
  readonly submitAsset: Pick<SubmitAsset, 'submit'>;
  readonly log: Pick<Logger, 'error'>;
  /** The service ends: what is being fetched is given up. */
  readonly signal: AbortSignal;
}

/** Tries of an item that fails in a way that may pass. */
const ATTEMPTS_MAX = 4;
/** So often it is begun. Most services that die with it in hand do not die of it. */
const BEGUN_MAX = 12;
const RETRY_MS = { first: 5_000, factor: 4 };
/** How long an item waits at the most before it is tried again when others had to go first. */
const SHED_MS_MAX = 30_000;
const LATE_MS = 2_000;

/**
 * Hands in one item of a bulk submission.
 *
 * @returns how it ended, or when to try it again; never throws
 */
export async function workItem(work: BulkWork, parts: WorkParts): Promise<ItemOutcome> {
  try {
    const by = { clientId: work.clientId, key: keyOf(work), deadlineMs: undefined };
    const source = fromBulk(work, parts);
    const { answer } = await parts.submitAsset.submit(work.attempts > BEGUN_MAX ? unread(source) : source, by);
    // a provisional decision never asks for a review
    const verdict = answer.decision.verdict === 'allow' ? 'allow' : 'block';
    return { kind: 'accepted', assetId: answer.id, verdict };
  } catch (error) {
    if (parts.signal.aborted) return { kind: 'later', afterMs: 0, shed: true };
    if (error instanceof Problem) return ofProblem(error, work);
    if (error instanceof OperationalError) return { kind: 'later', afterMs: LATE_MS, shed: true };
    parts.log.error({ err: error, batch: work.submissionId, item: work.number }, 'defect');
    return later(work) ?? failed('defect', 'The service made an error with this image.');
  }
}

/** Begun so often and never ended: it takes its service down. An asset that one of those has made all the same is found. */
const unread = (source: UploadSource): UploadSource => ({
  ...source,
  receive: () => Promise.reject(new Problem('defect', 'The service could not finish this image.')),
});

function ofProblem({ code, detail, extra }: Problem, work: BulkWork): ItemOutcome {
  if (code === 'url-unreachable') return later(work) ?? failed(code, detail);
  if (!PROBLEMS[code].retryable) return failed(code, detail);
  const afterMs = (extra.retryAfterMs ?? LATE_MS) * 2 ** Math.min(work.sheds, 5);
  return { kind: 'later', afterMs: Math.min(SHED_MS_MAX, afterMs), shed: true };
}

const later = ({ attempts }: BulkWork): ItemOutcome | undefined =>
  attempts < ATTEMPTS_MAX
    ? { kind: 'later', afterMs: RETRY_MS.first * RETRY_MS.factor ** (attempts - 1), shed: false }
    : undefined;

const failed = (code: ProblemCode, detail: string): ItemOutcome => ({ kind: 'failed', problem: { code, detail } });
