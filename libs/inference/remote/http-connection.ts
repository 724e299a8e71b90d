import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/** The connection broke, or could not be made: whether the server did anything is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export class AnswerLate extends Error {
  override readonly name = 'AnswerLate';
}

export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
  /** Longest body of the answer. */
  readonly bytesMax: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const KEEP_ALIVE = { keepAlive: true, maxSockets: 256, maxFreeSockets: 32 };

/** Connections to one server, kept open between requests. Redirects are not followed. */
export class HttpConnection {
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly isSecure: boolean;
  private readonly headers: Readonly<Record<string, string>>;
  private closed = false;

  /** @param key sent as a bearer key when there is one */
  constructor(
    private readonly origin: string,
    key: string | undefined,
  ) {
    this.isSecure = origin.startsWith('https:');
    this.agent = this.isSecure ? new HttpsAgent(KEEP_ALIVE) : new HttpAgent(KEEP_ALIVE);
    this.headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  /** @throws ConnectionLost, AnswerLate, AnswerTooLong */
  ask({ method, path, headers, body, timeoutMs, bytesMax }: HttpQuestion): Promise<HttpAnswer> {
    if (this.closed) return Promise.reject(new ConnectionLost('closed by us'));
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const all = { ...this.headers, ...headers, ...length };
      const send = this.isSecure ? requestHttps : requestHttp;
      const request = send(new URL(path, this.origin), { method, agent: this.agent, headers: all });
      const late = (): void => fail(new AnswerLate(`no answer within ${Math.round(timeoutMs)} ms`));
      const timer = setTimeout(late, timeoutMs);
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        request.destroy();
        reject(told(error));
      };
      request.on('error', fail);
      request.on('response', (response) => {
        readBody(response, bytesMax).then((bytes) => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes });
        }, fail);
      });
      request.end(body);
    });
  }

  /** Requests under way lose their connection. */
  close(): void {
    this.closed = true;
    this.agent.destroy();
  }
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a body that is no bytes');
    bytes += chunk.length;
    if (bytes > bytesMax) throw new AnswerTooLong(`an answer of more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whatever the network says of a connection is that it is lost. */
function told(error: unknown): Error {
  if (error instanceof AnswerLate || error instanceof AnswerTooLong || error instanceof TypeError) return error;
  return new ConnectionLost(error instanceof Error ? error.message : String(error), { cause: error });
}
