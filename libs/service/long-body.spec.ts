import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { allowLongBody } from './long-body.js';
import { refuseBrokenRequest } from './refuse-broken-request.js';

let server: Server;
let late: string[];
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A service whose requests must arrive within a tenth of a second. @param msMax what this one may take instead */
async function serve(msMax: number | undefined): Promise<void> {
  late = [];
  const limits = { requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 };
  server = createServer(limits, (request, response) => {
    const arrived = msMax === undefined ? undefined : allowLongBody(request.socket, msMax);
    request.on('error', () => undefined).resume();
    request.on('end', () => {
      arrived?.();
      response.end('all here');
    });
  }).listen(0, '127.0.0.1');
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    late.push(error.code ?? '');
    refuseBrokenRequest(Object.assign(error, { code: error.code ?? '' }), socket);
  });
  await once(server, 'listening');
}

/** Sends half of a request and, once its time is over, the rest. @returns all that came back */
async function sendSlowly(): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.write('POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\nab');
  const timer = setInterval(() => {
    if (late.includes('ERR_HTTP_REQUEST_TIMEOUT')) socket.write('cd');
  }, 10);
  await once(socket, 'close');
  clearInterval(timer);
  return heard;
}

describe('a body that takes longer than others may', () => {
  it('is refused', async () => {
    await serve(undefined);
    expect(await sendSlowly()).toMatch(/^HTTP\/1.1 400/);
  });

  it('arrives where it is allowed to', async () => {
    await serve(30_000);
    expect(await sendSlowly()).toMatch(/^HTTP\/1.1 200[^]*all here$/);
  });

  it('is cut off when that time is over too', async () => {
    await serve(1);
    expect(await sendSlowly()).toBe('');
  });
});
