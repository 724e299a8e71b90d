/** Everything that this package throws of its own. What your source of bytes throws comes as it is. */
export class PortcullisError extends Error {
  override readonly name: string = 'PortcullisError';
  /** The same request may succeed later. Of calls that would do twice what is sent twice: and it has done nothing yet. */
  retryable: boolean = false;
  /** How long the service asks to wait, where it does. */
  readonly retryAfterMs: number | undefined = undefined;
  /** Of a submission: with this key the same can be sent again, and is taken once, whatever became of this call. */
  idempotencyKey: string | undefined = undefined;
}

/** There was no answer, or not all of one. Whether the service has acted is not known. */
export class ConnectionError extends PortcullisError {
  override readonly name = 'ConnectionError';
  override retryable = true;
}

/** The time that was given is over. `cause` is what the last attempt ended with, where there was one. */
export class DeadlineError extends PortcullisError {
  override readonly name = 'DeadlineError';
  override retryable = true;
}

/** Statuses of a server in front of the service that cannot reach it, or has no time. */
const PASSING_STATUSES = [408, 429, 502, 503, 504];

/** An answer that is none of the service's, such as a proxy's. */
export class AnswerError extends PortcullisError {
  override readonly name = 'AnswerError';
  override retryable: boolean;

  constructor(
    readonly status: number,
    override readonly retryAfterMs: number | undefined,
    what = `it answers with ${status}`,
  ) {
    super(what);
    this.retryable = PASSING_STATUSES.includes(status);
  }
}

/** A webhook that is not from the service, was changed on its way, or is too old. Answer it with 400. */
export class SignatureError extends PortcullisError {
  override readonly name = 'SignatureError';
}
