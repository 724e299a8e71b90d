import type { FieldFault, ProblemBody, ProblemCode } from '#contracts/problems.js';

/** `offline`: no answer came; `unknown`: one came that is none of ours, such as a proxy's. */
export type FaultCode = ProblemCode | 'offline' | 'unknown';

/** What a person can do about it, in the words of these pages. */
const ADVICE: Partial<Record<FaultCode, string>> = {
  offline: 'Check the connection. What is on the screen may be old; nothing that you decided is lost.',
  unknown: 'Try again. If it stays, tell an admin the time.',
  'sign-in-failed': 'Check both. An admin can give you a new password.',
  'too-many-sign-ins': 'Wait until then; after that the right password works again.',
  forbidden: 'Your role does not cover this. An admin can change it.',
  conflict: 'Somebody else was faster, or the item has changed. Look at it again and decide anew.',
  'held-by-other': 'Go on with the next one, or ask them.',
  'held-in-other-tab': 'Go on there, or take it here.',
  'too-many-claims': 'Decide some of them, or give them back: “Mine” in the queue lists them.',
  'revision-changed': 'Look at it again: what you saw is not what stands now.',
  'decided-since': 'Look at its history.',
  'too-many-cases': 'Choose fewer.',
  'queue-empty': 'Nothing is left within this filter.',
  'not-found': 'It may have been settled or erased meanwhile.',
  erased: 'Nothing is left to decide.',
  overloaded: 'Try again in a moment.',
  'dependency-late': 'Try again in a moment.',
  'rate-limited': 'Try again in a moment.',
  'invalid-request': 'Mend what is marked.',
  'invalid-policy': 'Mend what is marked.',
  'policy-base-stale': 'Bring it up to date: the page shows both, side by side.',
  'replay-required': 'Open “What would change” first.',
  'approval-required': 'Ask a senior moderator or another admin.',
  'own-draft': 'Ask a senior moderator or another admin.',
  defect: 'Tell an admin the time and the number of the request. Nothing was changed.',
};

/** An answer that is no success, with what to do about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: FaultCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly errors: readonly FieldFault[];
  /** Of the request, which the service's log knows too. */
  readonly instance: string | undefined;

  constructor(fault: Partial<Omit<ProblemBody, 'code'>> & { readonly status: number; readonly code: FaultCode }) {
    super(fault.detail ?? fault.title ?? 'Something went wrong.');
    this.status = fault.status;
    this.code = fault.code;
    this.retryable = fault.retryable ?? fault.status >= 500;
    this.retryAfterMs = fault.retryAfterMs;
    this.errors = fault.errors ?? [];
    this.instance = fault.instance;
  }

  get advice(): string | undefined {
    return ADVICE[this.code];
  }
}

/** What an error says to a person. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong.');

/** Whether the same may work later: the service was late, or somebody has to sign in again. */
export const mayHelpLater = (error: unknown): boolean =>
  isSignedOut(error) || (error instanceof ApiError && error.retryable);

/** Whether nobody is signed in any more. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401 && error.code === 'unauthorized';
