import type { BulkChoice, BulkDecidedAnswer, BulkPreviewAnswer, BulkUndoneAnswer } from '#contracts/review-bulk.js';
import type {
  CaseStepDone,
  ClaimAnswer,
  DecidedAnswer,
  OwnDecisionPage,
  ReviewDetailAnswer,
  ReviewPage,
  UndoneAnswer,
} from '#contracts/review-answer.js';
import type { CaseTransition, QueueState } from '#contracts/review-query.js';
import type { NextState } from '#contracts/review-work.js';
import type { Finding } from '#moderation/label.js';
import type { ProvisionalVerdict, TrafficClass } from '#moderation/words.js';

import { ownHeaders, queryOf, request } from './request.js';

/** What the queue is narrowed to, as it stands in the address. */
export interface QueueFilter {
  readonly state?: QueueState | undefined;
  readonly label?: Finding | undefined;
  readonly transition?: CaseTransition | undefined;
  readonly class?: TrafficClass | undefined;
  readonly client?: string | undefined;
  readonly olderThanMs?: number | undefined;
  readonly assignee?: string | undefined;
}

/** A human's word on an asset. */
export interface Verdict {
  readonly verdict: ProvisionalVerdict;
  readonly policyLabel: Finding | null;
  readonly reason: string;
}

const PAGE = 100;

/** One page of the queue. */
export const readQueue = (filter: QueueFilter, cursor: string | undefined, signal: AbortSignal): Promise<ReviewPage> =>
  request('GET', `/reviews${queryOf({ ...filter, cursor, limit: PAGE })}`, undefined, signal);

/** One case with everything that it is decided by. */
export const readReview = (id: string, signal?: AbortSignal): Promise<ReviewDetailAnswer> =>
  request('GET', `/reviews/${id}`, undefined, signal);

/** Takes the first case of a part of the queue that one may take. @throws ApiError `queue-empty`: there is none */
export const takeNext = (scope: Omit<QueueFilter, 'state'> & { readonly state: NextState }): Promise<ClaimAnswer> =>
  request('POST', '/reviews/next', scope);

/** Takes a case. */
export const claim = (id: string): Promise<ClaimAnswer> => request('POST', `/reviews/${id}/claim`);

/** Takes a case, also from another tab of one's own. */
export const takeOver = (id: string): Promise<ClaimAnswer> => request('POST', `/reviews/${id}/take-over`);

/** Has one's own claim last longer. */
export const renew = (id: string): Promise<ClaimAnswer> => request('POST', `/reviews/${id}/renew`);

/** Gives a claim back. */
export const release = (id: string): Promise<CaseStepDone> => request('POST', `/reviews/${id}/release`);

/** The same as the page goes: the request outlives it. What it asked for before is refused if it comes later. */
export function leave(id: string): void {
  const asked = { method: 'POST', credentials: 'same-origin', headers: ownHeaders(), keepalive: true } as const;
  void fetch(`/api/reviews/${id}/release`, asked).catch(() => undefined);
}

export const decide = (id: string, verdict: Verdict, expectedRevision: number): Promise<DecidedAnswer> =>
  request('POST', `/reviews/${id}/decide`, { ...verdict, expectedRevision });

/** Takes a human decision back. */
export const undoDecision = (decisionId: string): Promise<UndoneAnswer> =>
  request('POST', `/decisions/${decisionId}/undo`, {});

export const skip = (id: string, reason: string): Promise<CaseStepDone> =>
  request('POST', `/reviews/${id}/skip`, { reason });

export const hold = (id: string, reason: string, until: string): Promise<CaseStepDone> =>
  request('POST', `/reviews/${id}/hold`, { reason, until });

export const escalate = (id: string, reason: string): Promise<CaseStepDone> =>
  request('POST', `/reviews/${id}/escalate`, { reason });

export const assign = (id: string, assignee: string, reason: string | null): Promise<CaseStepDone> =>
  request('POST', `/reviews/${id}/assign`, { assignee, reason });

/** Takes a hold, an escalation or an assignment back. */
export const giveBack = (id: string, reason: string | null): Promise<CaseStepDone> =>
  request('POST', `/reviews/${id}/return`, { reason });

export const previewBulk = (verdict: Verdict, reviews: readonly BulkChoice[]): Promise<BulkPreviewAnswer> =>
  request('POST', '/reviews/bulk/preview', { ...verdict, reviews });

export const decideBulk = (verdict: Verdict, reviews: readonly Required<BulkChoice>[]): Promise<BulkDecidedAnswer> =>
  request('POST', '/reviews/bulk', { ...verdict, reviews });

export const undoBulk = (id: string): Promise<BulkUndoneAnswer> => request('POST', `/bulk-decisions/${id}/undo`, {});

/** What the caller decided, the newest first. */
export const readOwnDecisions = (cursor: string | undefined, signal: AbortSignal): Promise<OwnDecisionPage> =>
  request('GET', `/decisions${queryOf({ cursor })}`, undefined, signal);

/** Where the picture of an asset is: re-encoded, never the bytes that were uploaded. @param size pixels of the longer side */
export const renditionOf = (assetId: string, size: number, frame = 0): string =>
  `/api/assets/${assetId}/rendition${queryOf({ size, frame })}`;
