import { PROVISIONAL_VERDICTS, type ProvisionalVerdict } from '#moderation/words.js';

import type { StreamAnswer } from './post-stream.js';

/** What an answer says that is no acceptance. */
export interface SaidProblem {
  /** The problem's code; `http_<status>` of an answer that is none of ours, such as a proxy's. */
  readonly code: string;
  readonly detail: string;
  /** The same request may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number;
}

/** As much of an answer as is kept. */
const DETAIL_MAX = 500;
/** Of a server in front of the service that cannot reach it, or has no time. */
const PASSING_STATUSES = [408, 429, 502, 503, 504];

/** The asset that an answer 201 is about; undefined where it names none. */
export function readAccepted(
  text: string,
): { readonly kind: 'accepted'; readonly assetId: string; readonly verdict: ProvisionalVerdict } | undefined {
  const { id, decision } = fieldsOf(parsed(text));
  const said = fieldsOf(decision)['verdict'];
  const verdict = PROVISIONAL_VERDICTS.find((one) => one === said);
  return typeof id === 'string' && verdict !== undefined ? { kind: 'accepted', assetId: id, verdict } : undefined;
}

export function readProblem({ status, text, retryAfterMs }: StreamAnswer): SaidProblem {
  const { code, title, detail, retryable, retryAfterMs: finer } = fieldsOf(parsed(text));
  const isOurs = typeof code === 'string' && typeof retryable === 'boolean';
  const words = [title, detail].filter((one) => typeof one === 'string').join(': ');
  return {
    code: isOurs ? code : `http_${status}`,
    detail: (words === '' ? `it answers with ${status}` : words).slice(0, DETAIL_MAX),
    retryable: isOurs ? retryable : PASSING_STATUSES.includes(status),
    retryAfterMs: typeof finer === 'number' && finer >= 0 ? finer : (retryAfterMs ?? 0),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
