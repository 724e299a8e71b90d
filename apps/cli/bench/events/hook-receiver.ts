import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Cleanup } from '../cleanup.js';

/** When an asset's event came to an endpoint, first of all, epoch milliseconds; and how often it came. */
export interface Receipt {
  readonly endpoint: number;
  readonly atMs: number;
  readonly times: number;
}

/** The servers of all endpoints in one: each has a path of its own. */
export class HookReceiver {
  /** By asset. */
  readonly receipts = new Map<string, Receipt>();
  /** Requests that are never answered, and are open now. */
  held = 0;

  private constructor(
    private readonly server: Server,
    private readonly hanging: number,
  ) {}

  /** @param hanging the endpoints from 0 to below this never answer */
  static async listen(cleanup: Cleanup, hanging: number): Promise<HookReceiver> {
    const server = createServer();
    const receiver = new HookReceiver(server, hanging);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      receiver.take(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanup.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  urlOf(endpoint: number): string {
    return `http://127.0.0.1:${this.port}/${endpoint}`;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const endpoint = Number(request.url?.slice(1));
    if (endpoint < this.hanging) {
      this.held += 1;
      response.once('close', () => (this.held -= 1));
      return;
    }
    const atMs = Date.now();
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { assetId: string } };
    const before = this.receipts.get(data.assetId);
    this.receipts.set(data.assetId, { endpoint, atMs: before?.atMs ?? atMs, times: (before?.times ?? 0) + 1 });
    response.writeHead(204).end();
  }
}
