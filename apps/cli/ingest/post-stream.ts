import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An answer, its body whole. */
export interface StreamAnswer {
  readonly status: number;
  readonly text: string;
  /** The header `Retry-After` in milliseconds, where it stands there in seconds. */
  readonly retryAfterMs: number | undefined;
}

export interface StreamRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A server cuts a body that takes a minute; then it answers. */
const REQUEST_MS_MAX = 150_000;
/** Answers are smaller by far. */
const ANSWER_BYTES_MAX = 1_000_000;

const AGENTS = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

/**
 * Posts a body that is read as it is sent, never held whole. An answer that comes before the body's end is taken, and the
 * rest of the body is not sent.
 *
 * @throws what `chunks` throws: the request is then broken off, so that the server has no whole body; or the connection's
 *   error
 */
export async function postStream({ url, headers, bytes, chunks }: StreamRequest): Promise<StreamAnswer> {
  const isSecure = url.startsWith('https:');
  const request = (isSecure ? requestHttps : requestHttp)(url, {
    method: 'POST',
    agent: isSecure ? AGENTS.https : AGENTS.http,
    headers: { ...headers, 'content-length': String(bytes) },
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  const faults: unknown[] = [];
  const body = Readable.from(watched(chunks, faults), { objectMode: false });
  // what breaks the sending breaks the answer too, unless that is there already
  const sent = pipeline(body, request).catch(() => undefined);
  try {
    const answer = await answered.catch((error: unknown) => {
      throw faults[0] ?? error;
    });
    const text = await textOf(answer);
    const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
    return {
      status: answer.statusCode ?? 0,
      text,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    };
  } finally {
    if (!request.writableFinished) request.destroy();
    await sent;
  }
}

/** Keeps what the chunks throw: the connection tells it in other words. */
async function* watched(chunks: AsyncIterable<Uint8Array>, faults: unknown[]): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    faults.push(error);
    throw error;
  }
}

async function textOf(answer: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) throw new Error('an answer comes as bytes');
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
