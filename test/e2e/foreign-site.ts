import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Somebody else's web server: one empty page, on which a test puts what it likes. */
export class ForeignSite {
  private constructor(
    private readonly server: Server,
    /** Another port of the console's host: another origin of the same site, to which browsers send its cookies. */
    readonly sameSite: string,
    /** Another host altogether. */
    readonly crossSite: string,
  ) {}

  static async open(): Promise<ForeignSite> {
    const server = createServer((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><title>foreign</title>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new ForeignSite(server, `http://127.0.0.1:${port}`, `http://localhost:${port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
