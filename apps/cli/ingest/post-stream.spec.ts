import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ItemFault } from './place.js';
import { postStream } from './post-stream.js';

let server: Server;
let url: string;
const bodies: { bytes: number; whole: boolean }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const body = { bytes: 0, whole: false };
    bodies.push(body);
    if (request.url === '/early') {
      response.writeHead(415, { 'retry-after': '2' }).end('{"no":1}');
      request.resume();
      return;
    }
    request.on('data', (chunk: Buffer) => (body.bytes += chunk.byteLength));
    request.on('error', () => undefined);
    request.on('end', () => {
      body.whole = true;
      if (request.url === '/cut') request.socket.destroy();
      else response.writeHead(201).end(`${request.headers['content-length']} ${String(request.headers['x-key'])}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function* chunks(count: number, fault?: Error): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield await Promise.resolve(Buffer.alloc(50_000));
  if (fault !== undefined) throw fault;
}

const post = (path: string, count: number, body = chunks(count)) =>
  postStream({ url: `${url}${path}`, headers: { 'x-key': 'k' }, bytes: count * 50_000, chunks: body });

describe('posting a stream', () => {
  it('sends it to its end, of the length that was said', async () => {
    expect(await post('/', 20)).toEqual({ status: 201, text: '1000000 k', retryAfterMs: undefined });
    expect(await post('/', 0)).toMatchObject({ status: 201, text: '0 k' });
  });

  it('takes an answer that comes early, and does not send the rest', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; sent < 10_000; sent += 1) yield await Promise.resolve(Buffer.alloc(50_000));
    }
    expect(await post('/early', 10_000, endless())).toMatchObject({ status: 415, retryAfterMs: 2_000 });
    expect(sent).toBeLessThan(10_000);
  });

  it('that breaks off is never whole for the server', async () => {
    bodies.length = 0;
    const fault = new ItemFault('changing', 'it changed');
    await expect(post('/', 3, chunks(2, fault))).rejects.toBe(fault);
    await expect(post('/', 1, chunks(0, fault))).rejects.toBe(fault);
    expect(bodies.filter(({ whole }) => whole)).toEqual([]);
  });

  it('says so when the connection breaks or there is none', async () => {
    await expect(post('/cut', 2)).rejects.toThrow(/hang up|ECONNRESET/);
    const nowhere = { url: 'http://127.0.0.1:9', headers: {}, bytes: 50_000, chunks: chunks(1) };
    await expect(postStream(nowhere)).rejects.toThrow('ECONNREFUSED');
  });
});
