import { AnswerError, type PortcullisError } from './errors.js';
import { ProblemError, type FieldFault } from './problem-error.js';
import { PROBLEM_ERRORS } from './problem-errors.js';

/** An answer that is no success, its body whole. */
export interface RefusedAnswer {
  readonly status: number;
  readonly text: string;
  /** The header `Retry-After`; null where there is none, or where a browser hides it. */
  readonly retryAfter: string | null;
}

/** The error that an answer is about: one of the service's catalogue, or AnswerError for what is not the service's. */
export function errorOf({ status, text, retryAfter }: RefusedAnswer, nowMs: number): PortcullisError {
  const said = fieldsOf(parsed(text));
  const header = waitOf(retryAfter, nowMs);
  const { code, retryable, retryAfterMs } = said;
  if (typeof code !== 'string' || typeof retryable !== 'boolean') return new AnswerError(status, header);
  const Kind = isCode(code) ? PROBLEM_ERRORS[code] : ProblemError;
  return new Kind({
    code,
    status,
    retryable,
    title: textOf(said['title']),
    detail: textOf(said['detail']),
    instance: textOf(said['instance']),
    // finer than the header's whole seconds
    retryAfterMs: typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : header,
    errors: Array.isArray(said['errors']) ? said['errors'].flatMap(faultOf) : [],
  });
}

/** An answer's JSON; undefined for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Milliseconds of a `Retry-After`, which is in seconds or a date (RFC 9110, section 10.2.3). */
function waitOf(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const atMs = header.endsWith('GMT') ? Date.parse(header) : Number.NaN;
  return Number.isFinite(atMs) ? Math.max(0, atMs - nowMs) : undefined;
}

const isCode = (code: string): code is keyof typeof PROBLEM_ERRORS => Object.hasOwn(PROBLEM_ERRORS, code);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function faultOf(value: unknown): FieldFault[] {
  const { pointer, detail } = fieldsOf(value);
  return typeof pointer === 'string' && typeof detail === 'string' ? [{ pointer, detail }] : [];
}
