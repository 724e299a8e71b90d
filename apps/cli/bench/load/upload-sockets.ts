import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { AnswerReader } from './answer-reader.js';
import type { Ending } from './run-log.js';

interface Request {
  readonly parts: readonly Buffer[];
  readonly done: (ending: Ending) => void;
}

/**
 * Kept HTTP/1.1 connections that carry one request at a time each. Node's own client spends twice the processor time,
 * which on a small machine is taken from the service that is measured.
 */
export class UploadSockets {
  private readonly idle: Connection[] = [];
  private readonly open = new Set<Connection>();
  private readonly waiting: Request[] = [];

  constructor(
    private readonly url: URL,
    private readonly connectionsMax: number,
  ) {}

  /** Sends a request over an idle connection, a new one, or as soon as one is free. `done` is called once. */
  send(request: Request): void {
    const connection = this.idle.pop() ?? this.connect();
    if (connection === undefined) this.waiting.push(request);
    else connection.send(request);
  }

  /** Ends every connection; what had no answer fails. */
  close(): void {
    this.waiting.length = 0;
    for (const connection of this.open) connection.destroy();
  }

  private connect(): Connection | undefined {
    if (this.open.size >= this.connectionsMax) return undefined;
    const connection = new Connection(this.url, {
      onIdle: () => {
        const request = this.waiting.shift();
        if (request === undefined) this.idle.push(connection);
        else connection.send(request);
      },
      onEnd: () => {
        this.open.delete(connection);
        const at = this.idle.indexOf(connection);
        if (at !== -1) this.idle.splice(at, 1);
        const request = this.waiting.shift();
        if (request !== undefined) this.send(request);
      },
    });
    this.open.add(connection);
    return connection;
  }
}

class Connection {
  private readonly socket: Socket;
  private readonly answers = new AnswerReader();
  private request: Request | undefined;

  constructor(
    { protocol, hostname, port }: URL,
    private readonly on: { readonly onIdle: () => void; readonly onEnd: () => void },
  ) {
    const secure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const options = { host, port: Number(port === '' ? (secure ? 443 : 80) : port) };
    this.socket = secure ? connectTls({ ...options, servername: host }) : connectPlain(options);
    this.socket.setNoDelay();
    this.socket.on('data', (chunk: Buffer) => this.read(chunk));
    this.socket.once('error', (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.message));
    this.socket.once('close', () => {
      this.fail('the connection ended');
      this.on.onEnd();
    });
  }

  send(request: Request): void {
    this.request = request;
    this.socket.cork();
    for (const part of request.parts) this.socket.write(part);
    this.socket.uncork();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    try {
      const answer = this.answers.push(chunk);
      if (answer === undefined) return;
      const { request } = this;
      this.request = undefined;
      request?.done(answer.ending);
      if (answer.keepsAlive && request !== undefined) this.on.onIdle();
      else this.socket.destroy();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
      this.socket.destroy();
    }
  }

  private fail(why: string): void {
    const { request } = this;
    this.request = undefined;
    request?.done({ outcome: 'failed', why });
  }
}
