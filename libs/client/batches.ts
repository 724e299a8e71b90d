import { backoffMs } from './backoff.js';
import type { Batch, BatchError, BatchLine, BatchSummary, BatchType } from './batch-answers.js';
import { bodyOf, textBody, type Body } from './body.js';
import type { Call, CallLimits, Connection } from './connection.js';
import { Deadline, limited, type TimeLimits } from './deadline.js';
import { AnswerError, ConnectionError, DeadlineError } from './errors.js';
import { newKey, underKey } from './new-key.js';
import { everyItem } from './pages.js';
import { parsed } from './read-problem.js';
import { chunksOf, type ByteSource } from './sources.js';

export interface BatchOptions extends CallLimits {
  /** The same for the same batch: then it is taken once. Left out: a new one, which all attempts of this call share. */
  readonly idempotencyKey?: string | undefined;
}

export interface BatchWait extends TimeLimits {
  /** Hears where it stands, every time it is looked at. */
  readonly onProgress?: ((batch: Batch) => void) | undefined;
}

/** Gigabytes take their time; the service has its own limit. */
const SEND_MS_MAX = 7_200_000;
const WAIT_MS_MAX = 86_400_000;
/** Looks at a batch are this far apart at most. */
const LOOK_MS_MAX = 2_000;
/** A piece of a long answer. */
const PIECE_MS_MAX = 60_000;
const PAGE = 100;

/** Many images at once, worked off in the background. */
export class Batches {
  constructor(
    private readonly connection: Connection,
    private readonly bufferBytesMax: number,
  ) {}

  /** Hands in images by their addresses. @throws as `Portcullis.submit` */
  submitUrls(lines: Iterable<BatchLine>, options: BatchOptions = {}): Promise<Batch> {
    const text = [...lines].map((line) => JSON.stringify(line)).join('\n');
    return this.send(textBody(text), 'application/x-ndjson', options);
  }

  /** Hands in an archive of images, or JSON lines of addresses as they are. @throws as `Portcullis.submit` */
  async submit(source: ByteSource, type: BatchType, options: BatchOptions = {}): Promise<Batch> {
    const deadline = this.connection.deadline({ ...options, timeoutMs: options.timeoutMs ?? SEND_MS_MAX });
    const body = await bodyOf(source, this.bufferBytesMax, deadline);
    return this.send(body, type, { ...options, timeoutMs: deadline.leftMs }).finally(() => body.stop());
  }

  get(id: string, limits: CallLimits = {}): Promise<Batch> {
    return this.connection.json({ method: 'GET', path: pathOf(id), isRepeatable: true }, limits);
  }

  /** The newest first. */
  list(limits: CallLimits = {}): AsyncGenerator<BatchSummary> {
    return everyItem(this.connection, '/v1/batches', { limit: PAGE }, limits);
  }

  /** Gives up what is not done yet. */
  cancel(id: string, limits: CallLimits = {}): Promise<Batch> {
    return this.connection.json({ method: 'DELETE', path: pathOf(id), isRepeatable: true }, limits);
  }

  /**
   * What failed; each may be mended and sent again as it is.
   *
   * @throws as other calls; ConnectionError when the answer breaks off or stalls: read it anew
   */
  async *errors(id: string, limits: CallLimits = {}): AsyncGenerator<BatchError> {
    let text = '';
    for await (const piece of this.piecesOf(id, limits)) {
      const lines = `${text}${piece}`.split('\n');
      text = lines.pop() ?? '';
      yield* lines.filter(isLine).map(errorOf);
    }
    yield* [text].filter(isLine).map(errorOf);
  }

  /**
   * Looks at a batch until it has ended; services may end and start again meanwhile.
   *
   * @throws DeadlineError; what asking again does not help with; the signal's reason. The batch goes on without you
   */
  async waitForEnd(id: string, { timeoutMs = WAIT_MS_MAX, signal, onProgress }: BatchWait = {}): Promise<Batch> {
    const deadline = new Deadline(timeoutMs, signal);
    for (let looks = 1; ; looks += 1) {
      const limits = { signal, timeoutMs: deadline.leftMs, attemptsMax: Infinity };
      const batch = await this.get(id, limits).catch((error: unknown) => {
        throw error instanceof DeadlineError ? deadline.error(error.cause) : error;
      });
      onProgress?.(batch);
      if (batch.state !== 'running') return batch;
      await deadline.rest(Math.min(LOOK_MS_MAX, backoffMs(looks, undefined, Math.random())));
      deadline.check();
    }
  }

  /** The text of a batch's errors as it comes; each piece of it has as long as an attempt. */
  private async *piecesOf(id: string, limits: CallLimits): AsyncGenerator<string> {
    const { signal, attemptMs = PIECE_MS_MAX } = limits;
    const call: Call = { method: 'GET', path: `${pathOf(id)}/errors`, isRepeatable: true };
    const link = limited(Infinity, signal);
    try {
      const { body } = await this.connection.open(call, { ...limits, signal: link.signal });
      if (body === null) return;
      const decoder = new TextDecoder();
      const pieces = chunksOf(body)[Symbol.asyncIterator]();
      for (;;) {
        link.restart(attemptMs);
        const next = await pieces.next().catch((cause: unknown) => {
          signal?.throwIfAborted();
          throw new ConnectionError('the answer broke off', { cause });
        });
        // whoever reads it may take as long as it likes
        link.disarm();
        if (next.done === true) return;
        yield decoder.decode(next.value, { stream: true });
      }
    } finally {
      link.abort();
      link.release();
    }
  }

  private send(body: Body, type: BatchType, { idempotencyKey = newKey(), ...limits }: BatchOptions): Promise<Batch> {
    return underKey(idempotencyKey, (key) => {
      const headers = { 'content-type': type, 'idempotency-key': key };
      const call: Call = { method: 'POST', path: '/v1/batches', headers, body, isRepeatable: true };
      return this.connection.json(call, {
        ...limits,
        timeoutMs: limits.timeoutMs ?? SEND_MS_MAX,
        attemptMs: limits.attemptMs ?? SEND_MS_MAX,
      });
    });
  }
}

const pathOf = (id: string): string => `/v1/batches/${encodeURIComponent(id)}`;

const isLine = (text: string): boolean => text.trim() !== '';

/** @throws AnswerError when it is none */
function errorOf(line: string): BatchError {
  const value = parsed(line);
  if (typeof value === 'object' && value !== null) return value as BatchError;
  throw new AnswerError(200, undefined, 'the answer has a line that is no error of a batch');
}
