/**
 * The catalogue of problems (RFC 9457): every error answer of every service is one of these. `type` is stable; what a
 * client should do next stands in `docs/generated/errors.md` under the same code.
 */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** What the reader of the answer should do. */
  readonly advice: string;
}

export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not well-formed',
    retryable: false,
    advice: 'Mend what `errors` or `detail` names and send the request again.',
  },
  'empty-body': {
    status: 400,
    title: 'The request carries no image',
    retryable: false,
    advice: 'Send the image as the request body, or as the part `file` of multipart/form-data.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid API key is needed',
    retryable: false,
    advice: 'Send `Authorization: Bearer <key>` with a key that has not been revoked.',
  },
  forbidden: {
    status: 403,
    title: 'This key may not do that',
    retryable: false,
    advice: 'Use a key whose role and scopes cover the request.',
  },
  'sign-in-failed': {
    status: 401,
    title: 'The name and the password do not belong together',
    retryable: false,
    advice: 'Check both; an admin can give a new password, as can `portcullis persons reset`.',
  },
  'cross-site': {
    status: 403,
    title: 'The request does not come from the console’s own pages',
    retryable: false,
    advice: 'Send the header `X-Portcullis-Console: 1` from a page of the same origin; machines use an API key.',
  },
  'password-change-needed': {
    status: 403,
    title: 'The password was given out and works for one thing only',
    retryable: false,
    advice: 'Choose a password of your own with `POST /api/session/password`.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing here',
    retryable: false,
    advice: 'Check the address and the id; a client sees its own assets only.',
  },
  erased: {
    status: 410,
    title: 'This asset has been erased',
    retryable: false,
    advice: 'Nothing is left of it but its decisions. To have the image judged anew, upload it with a new key.',
  },
  'still-running': {
    status: 409,
    title: 'A request with this idempotency key is still running',
    retryable: true,
    advice: 'Send the same request again after `Retry-After`; it returns the answer of the first.',
  },
  conflict: {
    status: 409,
    title: 'This does not fit what is there',
    retryable: false,
    advice:
      'Read `detail`: it says what stands against it, such as what somebody else changed. Read that again and decide anew.',
  },
  'policy-base-stale': {
    status: 409,
    title: 'Another policy went live since this one was drafted',
    retryable: false,
    advice:
      'Look at `merge`: what both made of the version you began with, and where they differ. Draft `merge.merged`, or what you make of it, on top of the live version.',
  },
  'replay-required': {
    status: 409,
    title: 'Nobody has looked yet at what this policy would change',
    retryable: false,
    advice: 'Ask for a replay with `POST /api/policies/{version}/replays`, wait for its end, read it, and try again.',
  },
  'approval-required': {
    status: 409,
    title: 'A second person has to agree to this policy',
    retryable: false,
    advice: 'Have a senior or an admin who did not write it call `POST /api/policies/{version}/approve`.',
  },
  'own-draft': {
    status: 403,
    title: 'Nobody approves what they wrote',
    retryable: false,
    advice: 'Ask another senior or admin.',
  },
  'queue-empty': {
    status: 404,
    title: 'There is no case to take',
    retryable: false,
    advice: 'Ask again later, or widen the filter; `GET /api/live` tells when cases come.',
  },
  'held-by-other': {
    status: 409,
    title: 'Somebody else holds this case',
    retryable: false,
    advice: 'Read `detail`: it says who and until when. Take another case, or ask again then.',
  },
  'held-in-other-tab': {
    status: 409,
    title: 'You hold this case in another tab',
    retryable: false,
    advice: 'Go on there, or call `POST /api/reviews/{id}/take-over`: the other tab loses it.',
  },
  'too-many-claims': {
    status: 409,
    title: 'You hold as many cases as one person may at a time',
    retryable: false,
    advice:
      'Decide some of them, or give them back with `POST /api/reviews/{id}/release`: `GET /api/reviews?state=mine` lists them. A claim that nobody renews ends by itself.',
  },
  'revision-changed': {
    status: 409,
    title: 'The asset has changed since you looked',
    retryable: false,
    advice: 'Read the case again, and decide with the revision that it has now.',
  },
  'decided-since': {
    status: 409,
    title: 'The decision is not in force any more',
    retryable: false,
    advice: 'Somebody has decided since, or taken it back already: read the history of the asset.',
  },
  'too-many-cases': {
    status: 422,
    title: 'These are more cases than one bulk decision may be about',
    retryable: false,
    advice: 'Decide them in parts; `detail` names the limit, which the setting `BULK_DECISIONS_MAX` sets.',
  },
  'too-large': {
    status: 413,
    title: 'The request has too many bytes',
    retryable: false,
    advice: 'Send less; `detail` names the limit.',
  },
  'image-too-large': {
    status: 422,
    title: 'The image has too many pixels or frames',
    retryable: false,
    advice: 'Scale it down or shorten it; `detail` names the limit.',
  },
  'unsupported-media': {
    status: 415,
    title: 'This type of content is not supported',
    retryable: false,
    advice: 'Send JPEG, PNG, WebP, GIF or AVIF; the type is told by content, not by name.',
  },
  undecodable: {
    status: 422,
    title: 'The image cannot be decoded',
    retryable: false,
    advice: 'The file is broken or incomplete; export it again from its source.',
  },
  'url-refused': {
    status: 422,
    title: 'Nothing is fetched from this address',
    retryable: false,
    advice: 'Name an http or https address that anybody can reach, on its usual port and without credentials.',
  },
  'url-unreachable': {
    status: 422,
    title: 'The image could not be fetched',
    retryable: true,
    advice: 'Read `detail`: it says what the server at the address did. Mend that, or send the bytes themselves.',
  },
  'invalid-archive': {
    status: 422,
    title: 'The archive is not taken as it is',
    retryable: false,
    advice: 'Read `detail`, and pack the images anew: plain files, one copy of each, zip or tar, no password.',
  },
  'key-reused': {
    status: 422,
    title: 'This idempotency key belongs to another request',
    retryable: false,
    advice: 'Use a new key for a new upload.',
  },
  'rate-limited': {
    status: 429,
    title: 'The client sends more uploads a minute than it may',
    retryable: true,
    advice: 'Send the request again after `Retry-After`; `RateLimit` says what is left.',
  },
  'too-many-sign-ins': {
    status: 429,
    title: 'Too many sign-ins have failed',
    retryable: true,
    advice: 'Try again after `Retry-After`.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'The client has sent as many assets today as it may',
    retryable: true,
    advice: 'Send the request again after `Retry-After`, at midnight UTC, or ask an admin for more.',
  },
  'invalid-policy': {
    status: 422,
    title: 'The policy would not decide every score',
    retryable: false,
    advice: 'Mend what `errors` names.',
  },
  'events-gone': {
    status: 410,
    title: 'The events behind this place are not kept any more',
    retryable: false,
    advice: 'Read your assets anew with `GET /v1/assets`, and open the stream without `Last-Event-ID`.',
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many streams are open',
    retryable: true,
    advice: 'Close a stream, or share one among those who read the same; then come back after `Retry-After`.',
  },
  overloaded: {
    status: 503,
    title: 'The service is busy',
    retryable: true,
    advice: 'Send the request again after `Retry-After`.',
  },
  'dependency-late': {
    status: 503,
    title: 'A part of the service did not answer in time',
    retryable: true,
    advice: 'Send the request again after `Retry-After`; with an idempotency key that is always safe.',
  },
  defect: {
    status: 500,
    title: 'The service made an error',
    retryable: false,
    advice: 'Report it with the time and `instance`; nothing was allowed because of it.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One field's fault: a JSON pointer and what is wrong there. */
export interface FieldFault {
  readonly pointer: string;
  readonly detail: string;
}

/** An error answer on the wire, `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly retryable: boolean;
  readonly errors?: readonly FieldFault[];
  /** When the same request may succeed, in milliseconds from now; the header `Retry-After` has it in whole seconds. */
  readonly retryAfterMs?: number;
}

/** What a problem says beside its detail. */
export interface ProblemExtra {
  readonly errors?: readonly FieldFault[];
  readonly retryAfterMs?: number;
  /** Members of this kind of problem alone (RFC 9457, 3.2). */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Thrown where the caller is at fault, or the service late; the one exception filter turns it into an answer. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(`${code}: ${detail}`);
  }
}

/** @param instance the request's id, which the service's log knows too */
export function problemBody(problem: Problem, instance: string): ProblemBody {
  const { status, title, retryable } = PROBLEMS[problem.code];
  const { errors, retryAfterMs, more } = problem.extra;
  return {
    ...more,
    type: `urn:portcullis:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance: `urn:portcullis:request:${instance}`,
    code: problem.code,
    retryable,
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
