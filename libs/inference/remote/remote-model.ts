import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '../classifier/errors.js';
import { isFields } from '../classifier/fields.js';
import type { OipModel } from '../oip/oip-model.js';
import { AnswerLate, AnswerTooLong, ConnectionLost, HttpConnection, type HttpAnswer } from './http-connection.js';
import { answerBytesMax, readInferAnswer, writeInferRequest } from './infer-wire.js';
import { metadataFaults, servedHash } from './metadata-faults.js';
import { serverAddress } from './server-address.js';

export interface RemoteModelOptions {
  /** `http://triton:8000`, or with the model's path there: see `serverAddress`. */
  readonly url: string;
  readonly key: string | undefined;
  /** What the manifest says is served. */
  readonly model: OipModel;
  /** SHA-256 of the model's variants that may be served in its place. */
  readonly variantHashes: readonly string[];
}

export interface RemoteScores {
  readonly scores: readonly (readonly number[])[];
  /** From sending to the whole answer. */
  readonly ms: number;
}

const METADATA_BYTES_MAX = 262_144;
const WORDS_MAX = 200;

/** One model version on a server that speaks the Open Inference Protocol: what may be asked of it, and its answers. */
export class RemoteModel {
  private readonly connection: HttpConnection;
  private readonly path: string;
  /** Of the files that may be served; of the one that is, once it is known: the first holds. */
  private hashes: readonly string[];

  /** @throws TypeError when the URL is none */
  constructor(private readonly options: RemoteModelOptions) {
    const { origin, path } = serverAddress(options.url, options.model);
    this.connection = new HttpConnection(origin, options.key);
    this.path = path;
    this.hashes = [options.model.sha256, ...options.variantHashes];
  }

  /** Of the file that is served: the model's where the server does not tell. */
  get sha256(): string {
    return this.hashes[0] ?? this.options.model.sha256;
  }

  /**
   * Asks what is served. Once it was the model, or a variant of it, it must stay the same file.
   *
   * @returns what is wrong with it, in words; empty when it is the model
   * @throws ClassifierUnavailable when the server does not answer, or says that it is not ready
   */
  async faults(timeoutMs: number): Promise<string[]> {
    const { status, body } = await this.get('', timeoutMs);
    if (status >= 500) throw new ClassifierUnavailable(`the server answers ${status}`);
    if (status === 401 || status === 403) return [`refuses the key (${status})`];
    if (status === 404) return [`has no ${this.path}`];
    if (status !== 200) return [`answers ${status} when asked what it serves`];
    const metadata = parsed(body);
    const faults = metadataFaults(metadata, this.options.model, this.hashes);
    const told = servedHash(metadata);
    if (faults.length === 0) this.hashes = this.hashes.filter((hash) => hash === (told ?? this.sha256));
    return faults;
  }

  /** Whether the model takes requests. @throws ClassifierUnavailable when the server does not answer */
  async isReady(timeoutMs: number): Promise<boolean> {
    return (await this.get('/ready', timeoutMs)).status === 200;
  }

  /**
   * Scores views. Inference changes nothing, so a request whose connection broke is sent once more when time is left.
   *
   * @throws ClassifierFailed, ClassifierOverloaded; ClassifierUnavailable when the connection broke twice
   */
  async infer(views: readonly Uint8Array[], timeoutMs: number): Promise<RemoteScores> {
    const begun = performance.now();
    const left = (): number => timeoutMs - (performance.now() - begun);
    const answer = await this.send(views, timeoutMs)
      .catch((error: unknown) => {
        if (error instanceof ConnectionLost && left() > 0) return this.send(views, left());
        throw error;
      })
      .catch(asFailure);
    refuseStatus(answer);
    const scores = readInferAnswer(answer, views.length, this.options.model);
    if (typeof scores === 'string') throw new ClassifierFailed('invalid-output', `the server gave ${scores}`);
    return { scores, ms: performance.now() - begun };
  }

  close(): void {
    this.connection.close();
  }

  private send(views: readonly Uint8Array[], timeoutMs: number): Promise<HttpAnswer> {
    const { model } = this.options;
    const { headers, body } = writeInferRequest(views, model, timeoutMs);
    const bytesMax = answerBytesMax(views.length, model);
    return this.connection.ask({ method: 'POST', path: `${this.path}/infer`, headers, body, timeoutMs, bytesMax });
  }

  private async get(path: string, timeoutMs: number): Promise<HttpAnswer> {
    try {
      const bytesMax = METADATA_BYTES_MAX;
      return await this.connection.ask({ method: 'GET', path: `${this.path}${path}`, timeoutMs, bytesMax });
    } catch (error) {
      throw new ClassifierUnavailable(`the server does not answer: ${wordsOf(error)}`);
    }
  }
}

/** @throws for every status but 200 */
function refuseStatus({ status, headers, body }: HttpAnswer): void {
  if (status === 200) return;
  const said = `the server answers ${status}: ${body.toString('utf8', 0, WORDS_MAX)}`;
  if (status === 429 || (status === 503 && isFull(headers, body))) throw new ClassifierOverloaded(said);
  if (status === 503) throw new ClassifierUnavailable(said);
  throw new ClassifierFailed(status >= 500 ? 'crashed' : 'invalid-output', said);
}

/** A 503 that says when to come again, unless it says too that something is missing, as Portcullis does. */
function isFull(headers: HttpAnswer['headers'], body: Buffer): boolean {
  const said = parsed(body);
  const code = isFields(said) ? said['code'] : undefined;
  return headers['retry-after'] !== undefined && code !== 'dependency-late';
}

function asFailure(error: unknown): never {
  if (error instanceof ConnectionLost) throw new ClassifierUnavailable(`the connection is lost: ${error.message}`);
  if (error instanceof AnswerLate) throw new ClassifierFailed('timeout', error.message);
  if (error instanceof AnswerTooLong) throw new ClassifierFailed('invalid-output', error.message);
  throw error;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
