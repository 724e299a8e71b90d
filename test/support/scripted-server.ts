import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came; `whole` once its body has come to its end. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  bytes: number;
  body: string;
  whole: boolean;
}

/** Answers a request whose body is there. */
export type Answering = (response: ServerResponse, asked: Asked) => void;

/** An HTTP server that answers one thing after the other, the last for ever; on `early` before the body has come. */
export class ScriptedServer {
  readonly asked: Asked[] = [];
  private script: Answering[] = [];

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => scripted.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets what was, and says this from now on. */
  says(...script: Answering[]): void {
    this.asked.length = 0;
    this.script = script;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const asked: Asked = { method, url, headers, bytes: 0, body: '', whole: false };
    this.asked.push(asked);
    const answer = this.script[Math.min(this.asked.length, this.script.length) - 1];
    if (answer === undefined) throw new Error('nothing is to be said');
    request.on('error', () => undefined);
    if (isEarly.has(answer)) {
      answer(response, asked);
      request.resume();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      asked.bytes += chunk.byteLength;
      if (asked.bytes < KEPT_BYTES_MAX) asked.body += chunk.toString();
    });
    request.on('end', () => {
      asked.whole = true;
      answer(response, asked);
    });
  }
}

const KEPT_BYTES_MAX = 100_000;
const isEarly = new WeakSet<Answering>();

/** Is said before the body has come. */
export function early(answer: Answering): Answering {
  isEarly.add(answer);
  return answer;
}

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** Breaks the connection instead of answering. */
export const cut: Answering = (response) => void response.socket?.resetAndDestroy();
