import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';

import type { Ending } from './run-log.js';
import { UploadForms } from './upload-forms.js';
import { UploadSockets } from './upload-sockets.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function listen(answer: RequestListener): Promise<{ url: URL; server: Server }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: new URL(`http://127.0.0.1:${address.port}`), server };
}

function socketsTo(url: URL, connectionsMax = 4): UploadSockets {
  const sockets = new UploadSockets(url, connectionsMax);
  undo.push(() => sockets.close());
  return sockets;
}

const send = (sockets: UploadSockets, parts: readonly Buffer[]): Promise<Ending> =>
  new Promise((done) => {
    sockets.send({ parts, done });
  });

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface Form {
  readonly trafficClass: string | undefined;
  readonly file: Buffer;
}

/** The two parts of a form, in the order that they come in. */
function formOf({ headers }: IncomingMessage, body: Buffer): Form {
  const boundary = `--${/boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? ''}`;
  const [, first = '', second = '', end] = body.toString('latin1').split(boundary);
  expect(end).toBe('--\r\n');
  expect(second).toContain('name="file"');
  return {
    trafficClass: /name="class"\r\n\r\n(\w+)\r\n$/.exec(first)?.[1],
    file: Buffer.from(second.slice(second.indexOf('\r\n\r\n') + 4, -2), 'latin1'),
  };
}

const DECIDED = JSON.stringify({ decision: { source: 'fast' } });
const RAW = [Buffer.from('POST /v1/assets HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n'), Buffer.from('body')];

describe('uploads of the load generator', () => {
  it('are forms that differ in a comment of the picture, on kept connections', async () => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const seen: Form[] = [];
    const connections = new Set<unknown>();
    const { url } = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        connections.add(request.socket);
        seen.push(formOf(request, body));
        response.writeHead(201, { 'content-length': DECIDED.length }).end(DECIDED);
      });
    });
    const forms = new UploadForms({ '640': [jpeg] }, { host: url.host, path: '/v1/assets', key: 'k' });
    const sockets = socketsTo(url);
    for (const trafficClass of ['urgent', 'bulk'] as const) {
      expect(await send(sockets, forms.next('640', trafficClass))).toEqual({ outcome: 'decided' });
    }
    expect(seen.map((form) => form.trafficClass)).toEqual(['urgent', 'bulk']);
    const files = seen.map(({ file }) => file);
    expect(files[0]).not.toEqual(files[1]);
    const pixels = await Promise.all([jpeg, ...files].map((file) => sharp(file).raw().toBuffer()));
    expect([pixels[1], pixels[2]]).toEqual([pixels[0], pixels[0]]);
    expect(connections.size).toBe(1);
    expect(() => forms.next('2mp', 'normal')).toThrow(RangeError);
  });

  it('have at most so many connections, and wait for a free one', async () => {
    let [underWay, most] = [0, 0];
    const { url } = await listen((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      void bodyOf(request).then(() => {
        setImmediate(() => {
          underWay -= 1;
          response.writeHead(201, { 'content-length': DECIDED.length }).end(DECIDED);
        });
      });
    });
    const sockets = socketsTo(url, 3);
    const endings = await Promise.all(Array.from({ length: 20 }, () => send(sockets, RAW)));
    expect(endings).toEqual(endings.map(() => ({ outcome: 'decided' })));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('may be refused before their body was read, and go on over another connection', async () => {
    let requests = 0;
    const { url } = await listen((_, response) => {
      requests += 1;
      response.writeHead(503, { 'retry-after': '1', 'content-length': 2, connection: 'close' }).end('{}');
    });
    const sockets = socketsTo(url, 1);
    const parts = [Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n'), Buffer.alloc(900_000)];
    expect(await send(sockets, parts)).toEqual({ outcome: 'refused' });
    expect(await send(sockets, parts)).toEqual({ outcome: 'refused' });
    expect(requests).toBe(2);
  });

  it('fail once when the connection breaks, and when nobody listens', async () => {
    const { url, server } = await listen((request) => request.socket.destroy());
    expect((await send(socketsTo(url), RAW)).outcome).toBe('failed');
    server.close();
    await once(server, 'close');
    expect(await send(socketsTo(url), RAW)).toEqual({ outcome: 'failed', why: 'ECONNREFUSED' });
  });
});
