import { backoffMs } from './backoff.js';
import type { Body } from './body.js';
import { Deadline, limited, type TimeLimits } from './deadline.js';
import { AnswerError, ConnectionError, PortcullisError } from './errors.js';
import type { Answer, Sending } from './exchange.js';
import { ProblemError } from './problem-error.js';
import { errorOf, parsed } from './read-problem.js';
import { sendOpen, sendWhole, SourceFault, type Fetch } from './transport.js';

/** How often, and how long. */
export interface CallLimits extends TimeLimits {
  /** Attempts, the first among them. */
  readonly attemptsMax?: number | undefined;
  /** How long one attempt may take before it counts as a broken connection. */
  readonly attemptMs?: number | undefined;
}

/** What is asked. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Doing it twice is doing it once: it may be sent again where it is not known what came of it. */
  readonly isRepeatable: boolean;
  /** Hears how many bytes have left in this attempt. */
  readonly onSent?: (attempt: number, sentBytes: number) => void;
  readonly onRetry?: (retry: Retry) => void;
}

/** What an answer says, and the answer. */
export interface JsonAnswer<T> {
  readonly value: T;
  readonly answer: Answer;
}

/** Something went wrong, and is tried again. */
export interface Retry {
  /** How many there were. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: PortcullisError;
}

export interface ConnectionOptions {
  /** Of the upload service, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly fetch: Fetch;
  readonly limits: { readonly timeoutMs: number; readonly attemptsMax: number; readonly attemptMs: number };
}

/** Asks the service, again and again where that is safe and may help. */
export class Connection {
  constructor(private readonly options: ConnectionOptions) {}

  /** The end of a call with these limits that begins now. */
  deadline({ timeoutMs, signal }: TimeLimits): Deadline {
    return new Deadline(timeoutMs ?? this.options.limits.timeoutMs, signal);
  }

  /** An answer that is JSON. @throws as `answer` */
  async json<T extends object>(call: Call, limits: CallLimits = {}): Promise<T> {
    return (await this.jsonAnswer<T>(call, limits)).value;
  }

  /** The same, with the answer that it came in. @throws as `answer` */
  async jsonAnswer<T extends object>(call: Call, limits: CallLimits): Promise<JsonAnswer<T>> {
    const answer = await this.answer(call, limits);
    return { value: jsonOf(answer.status, answer.text) as T, answer };
  }

  /**
   * An answer, whole.
   *
   * @throws ProblemError, AnswerError, ConnectionError, DeadlineError; the signal's reason; what the source of the body throws
   */
  answer(call: Call, limits: CallLimits = {}): Promise<Answer> {
    return this.repeated(call, limits, async (sending) => {
      const answer = await sendWhole(this.options.fetch, sending);
      const { status, text } = answer;
      if (status < 200 || status > 299) throw refusal(status, text, answer.header('retry-after'));
      return answer;
    });
  }

  /** An answer whose body is still to be read, for as long as the signal lets it. @throws as `answer` */
  open(call: Call, limits: CallLimits = {}): Promise<Response> {
    const keepsOpen = true;
    return this.repeated({ ...call, keepsOpen }, limits, async (sending) => {
      const response = await sendOpen(this.options.fetch, sending);
      if (response.ok) return response;
      throw refusal(response.status, await response.text(), response.headers.get('retry-after'));
    });
  }

  private async repeated<T>(call: Held, limits: CallLimits, once: (sending: Sending) => Promise<T>): Promise<T> {
    const { options } = this;
    const attemptsMax = limits.attemptsMax ?? options.limits.attemptsMax;
    const attemptMs = limits.attemptMs ?? options.limits.attemptMs;
    const deadline = this.deadline(limits);
    for (let attempt = 1; ; attempt += 1) {
      deadline.check();
      try {
        return await this.attempt(call, attempt, { deadline, attemptMs, once });
      } catch (error) {
        deadline.signal?.throwIfAborted();
        if (error instanceof SourceFault) throw error.fault;
        if (deadline.leftMs === 0) throw told(call, deadline.error(error));
        if (!(error instanceof PortcullisError)) throw error;
        if (attempt >= attemptsMax || !mayRepeat(call, error)) throw told(call, error);
        const delayMs = backoffMs(attempt, error.retryAfterMs, Math.random());
        if (delayMs >= deadline.leftMs) {
          // to wait for what comes too late is no use, unless it is the wait that was asked for
          if (attemptsMax === Infinity) await deadline.rest(delayMs);
          throw attemptsMax === Infinity ? deadline.error(error) : error;
        }
        call.onRetry?.({ attempt, delayMs, error });
        await deadline.rest(delayMs);
      }
    }
  }

  private async attempt<T>(
    { path, method, headers, body, onSent, keepsOpen }: Held,
    attempt: number,
    { deadline, attemptMs, once }: AttemptParts<T>,
  ): Promise<T> {
    const { url, key } = this.options;
    const { leftMs } = deadline;
    const { signal, disarm, release } = limited(Math.min(attemptMs, leftMs), deadline.signal);
    let sentBytes = 0;
    try {
      const result = await once({
        url: `${url}${path}`,
        method,
        body,
        signal,
        headers: { ...headers, authorization: `Bearer ${key}` },
        onSent: onSent && ((bytes) => onSent(attempt, (sentBytes += bytes))),
      });
      if (keepsOpen === true) disarm();
      else release();
      return result;
    } catch (error) {
      const isLate = signal.aborted;
      release();
      if (error instanceof PortcullisError || error instanceof SourceFault) throw error;
      // a timer may fire a moment before its time
      if (isLate && leftMs <= attemptMs) throw deadline.error(error);
      const what = isLate ? `no answer within ${attemptMs} ms` : 'the connection broke, or there was none';
      throw new ConnectionError(`${url}: ${what}`, { cause: error });
    }
  }
}

/** A call whose answer is read after it was made. */
interface Held extends Call {
  readonly keepsOpen?: boolean;
}

interface AttemptParts<T> {
  readonly deadline: Deadline;
  readonly attemptMs: number;
  readonly once: (sending: Sending) => Promise<T>;
}

/** Whether the same request may be sent again after this error, and may then succeed. */
function mayRepeat({ isRepeatable, body }: Call, error: PortcullisError): boolean {
  if (!error.retryable || body?.isThere() === false) return false;
  const status = statusOf(error);
  // 429: nothing was done. 422 says that something else is to be mended before
  return isRepeatable ? status !== 422 : status === 429;
}

/** Where it is not known what came of a call that is not to be made twice, nobody is told to make it again. */
function told({ isRepeatable }: Call, error: PortcullisError): PortcullisError {
  if (!isRepeatable && statusOf(error) !== 429) error.retryable = false;
  return error;
}

const statusOf = (error: PortcullisError): number | undefined =>
  error instanceof ProblemError || error instanceof AnswerError ? error.status : undefined;

const refusal = (status: number, text: string, retryAfter: string | null): PortcullisError =>
  errorOf({ status, text, retryAfter }, Date.now());

/** @throws AnswerError when it is no JSON object: whatever answers there is no upload service */
function jsonOf(status: number, text: string): object {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null) return value;
  throw new AnswerError(status, undefined, `it answers with ${status} and no JSON object`);
}
