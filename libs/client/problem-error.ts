import { PortcullisError } from './errors.js';

/** A field that is wrong: a JSON pointer, and what is wrong there. */
export interface FieldFault {
  readonly pointer: string;
  readonly detail: string;
}

/** What the service says of an error (RFC 9457). */
export interface ProblemFields {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Names the request in the service's log. */
  readonly instance: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly errors: readonly FieldFault[];
}

/** An error answer of the service. There is a class of its own for each `code`. */
export class ProblemError extends PortcullisError {
  override readonly name: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly instance: string;
  override retryable: boolean;
  override readonly retryAfterMs: number | undefined;
  /** What is wrong, field by field; often empty. */
  readonly errors: readonly FieldFault[];

  constructor(problem: ProblemFields) {
    const faults = problem.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    super(`${problem.title}: ${faults === '' ? problem.detail : faults}`);
    this.name = classNameOf(problem.code);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.instance = problem.instance;
    this.retryable = problem.retryable;
    this.retryAfterMs = problem.retryAfterMs;
    this.errors = problem.errors;
  }
}

/** `StillRunningError` for `still-running`: said here, since minifiers rename classes. */
export const classNameOf = (code: string): string =>
  `${code.replace(/(?:^|-)(\w)/g, (_all, first: string) => first.toUpperCase())}Error`;
