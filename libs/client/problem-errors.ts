import { ProblemError } from './problem-error.js';

export class InvalidRequestError extends ProblemError {}
export class EmptyBodyError extends ProblemError {}
export class UnauthorizedError extends ProblemError {}
export class ForbiddenError extends ProblemError {}
export class SignInFailedError extends ProblemError {}
export class CrossSiteError extends ProblemError {}
export class PasswordChangeNeededError extends ProblemError {}
export class NotFoundError extends ProblemError {}
export class ErasedError extends ProblemError {}
export class StillRunningError extends ProblemError {}
export class ConflictError extends ProblemError {}
export class PolicyBaseStaleError extends ProblemError {}
export class ReplayRequiredError extends ProblemError {}
export class ApprovalRequiredError extends ProblemError {}
export class OwnDraftError extends ProblemError {}
export class QueueEmptyError extends ProblemError {}
export class HeldByOtherError extends ProblemError {}
export class HeldInOtherTabError extends ProblemError {}
export class TooManyClaimsError extends ProblemError {}
export class RevisionChangedError extends ProblemError {}
export class DecidedSinceError extends ProblemError {}
export class TooManyCasesError extends ProblemError {}
export class TooLargeError extends ProblemError {}
export class ImageTooLargeError extends ProblemError {}
export class UnsupportedMediaError extends ProblemError {}
export class UndecodableError extends ProblemError {}
export class UrlRefusedError extends ProblemError {}
export class UrlUnreachableError extends ProblemError {}
export class InvalidArchiveError extends ProblemError {}
export class KeyReusedError extends ProblemError {}
export class RateLimitedError extends ProblemError {}
export class TooManySignInsError extends ProblemError {}
export class QuotaExceededError extends ProblemError {}
export class InvalidPolicyError extends ProblemError {}
export class EventsGoneError extends ProblemError {}
export class TooManyStreamsError extends ProblemError {}
export class OverloadedError extends ProblemError {}
export class DependencyLateError extends ProblemError {}
export class DefectError extends ProblemError {}

/** The class for each code of the service's catalogue. A code that is not here yet comes as a plain ProblemError. */
export const PROBLEM_ERRORS = {
  'invalid-request': InvalidRequestError,
  'empty-body': EmptyBodyError,
  unauthorized: UnauthorizedError,
  forbidden: ForbiddenError,
  'sign-in-failed': SignInFailedError,
  'cross-site': CrossSiteError,
  'password-change-needed': PasswordChangeNeededError,
  'not-found': NotFoundError,
  erased: ErasedError,
  'still-running': StillRunningError,
  conflict: ConflictError,
  'policy-base-stale': PolicyBaseStaleError,
  'replay-required': ReplayRequiredError,
  'approval-required': ApprovalRequiredError,
  'own-draft': OwnDraftError,
  'queue-empty': QueueEmptyError,
  'held-by-other': HeldByOtherError,
  'held-in-other-tab': HeldInOtherTabError,
  'too-many-claims': TooManyClaimsError,
  'revision-changed': RevisionChangedError,
  'decided-since': DecidedSinceError,
  'too-many-cases': TooManyCasesError,
  'too-large': TooLargeError,
  'image-too-large': ImageTooLargeError,
  'unsupported-media': UnsupportedMediaError,
  undecodable: UndecodableError,
  'url-refused': UrlRefusedError,
  'url-unreachable': UrlUnreachableError,
  'invalid-archive': InvalidArchiveError,
  'key-reused': KeyReusedError,
  'rate-limited': RateLimitedError,
  'too-many-sign-ins': TooManySignInsError,
  'quota-exceeded': QuotaExceededError,
  'invalid-policy': InvalidPolicyError,
  'events-gone': EventsGoneError,
  'too-many-streams': TooManyStreamsError,
  overloaded: OverloadedError,
  'dependency-late': DependencyLateError,
  defect: DefectError,
} as const;

export type ProblemCode = keyof typeof PROBLEM_ERRORS;
