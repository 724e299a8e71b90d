import type { ProblemBody } from '#contracts/problems.js';

import { ApiError } from './api-error.js';
import { tabHeaders } from './tab.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What tells our own pages from those of others, and this tab from others of the same person; anew for each request. */
export const ownHeaders = (): Record<string, string> => ({
  accept: 'application/json',
  'x-portcullis-console': '1',
  ...tabHeaders(),
});

/** No answer of the console takes this long unless nobody is there. */
const ANSWER_MS_MAX = 20_000;

/**
 * Asks the console service: JSON there and back, with the cookie of the session and the headers of our own pages.
 *
 * @param path with its query, below `/api`
 * @returns the answer's body, of the type that the contract of the route has; undefined for none
 * @throws ApiError for everything that is no success
 */
export async function request<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(`/api${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      ...ownHeaders(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  }).catch((error: unknown) => {
    // whoever gave the request up knows it
    if (signal?.aborted === true) throw error;
    throw new ApiError({ status: 0, code: 'offline', detail: 'The console does not answer.', retryable: true });
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  throw isProblem(answer) ? new ApiError(answer) : new ApiError({ status: response.status, code: 'unknown' });
}

/** A query string of what is set, with its question mark; empty for nothing. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}

function isProblem(answer: unknown): answer is ProblemBody {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'status' in answer && 'detail' in answer;
}
