import { backoffMs } from './backoff.js';
import type { Batch, BatchError, BatchLine, BatchSummary, BatchType } from './batch-answers.js';
import { bodyOf, textBody, type Body } from './body.js';
import type { Call, CallLimits, Connection } from './connection.js';
import { Deadline, type TimeLimits } from './deadline.js';
import { newKey } from './new-key.js';
import { everyItem } from './pages.js';
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
    return this.send(await bodyOf(source, this.bufferBytesMax), type, options);
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

  /** What failed; each may be mended and sent again as it is. */
  async *errors(id: string, limits: CallLimits = {}): AsyncGenerator<BatchError> {
    const call: Call = { method: 'GET', path: `${pathOf(id)}/errors`, isRepeatable: true };
    const { body } = await this.connection.open(call, limits);
    if (body === null) return;
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of chunksOf(body)) {
      const lines = `${text}${decoder.decode(piece, { stream: true })}`.split('\n');
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
      const batch = await this.get(id, { signal, timeoutMs: deadline.leftMs, attemptsMax: Infinity });
      onProgress?.(batch);
      if (batch.state !== 'running') return batch;
      await deadline.rest(Math.min(LOOK_MS_MAX, backoffMs(looks, undefined, Math.random())));
      deadline.check();
    }
  }

  private send(body: Body, type: BatchType, { idempotencyKey = newKey(), ...limits }: BatchOptions): Promise<Batch> {
    const headers = { 'content-type': type, 'idempotency-key': idempotencyKey };
    const call: Call = { method: 'POST', path: '/v1/batches', headers, body, isRepeatable: true };
    return this.connection.json(call, { timeoutMs: SEND_MS_MAX, attemptMs: SEND_MS_MAX, ...limits });
  }
}

const pathOf = (id: string): string => `/v1/batches/${encodeURIComponent(id)}`;

const isLine = (text: string): boolean => text.trim() !== '';

const errorOf = (line: string): BatchError => JSON.parse(line) as BatchError;
