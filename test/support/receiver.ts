import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { EventPayload } from '#contracts/event-payload.js';

/** A webhook as it came. */
export interface Received {
  /** Of the event. */
  readonly id: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Answers a webhook whose body is there. */
export type Answering = (received: Received, response: ServerResponse) => void;

/** Somebody's HTTP server that webhooks are sent to. Each path answers as it is told to, 204 until then. */
export class Receiver {
  readonly received: Received[] = [];
  private readonly answers = new Map<string, Answering>();

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void receiver.take(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The address of one of its paths. */
  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  answer(path: string, answering: Answering): void {
    this.answers.set(path, answering);
  }

  /** What came to a path. */
  at(path: string): Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const path = request.url ?? '';
    const received = { id: headers['webhook-id'] ?? '', path, headers, text: Buffer.concat(chunks).toString() };
    this.received.push(received);
    const answering =
      this.answers.get(path) ?? ((_: Received, reply: ServerResponse) => void reply.writeHead(204).end());
    answering(received, response);
  }
}

/** What a webhook says, as the package of the standard verifies it. @throws WebhookVerificationError */
export const verified = ({ text, headers }: Received, secret: string): EventPayload =>
  new Webhook(secret).verify(text, { ...headers }) as EventPayload;
