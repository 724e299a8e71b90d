import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { FetchFault } from './fetch-fault.js';
import { fetchGuarded, type FetchOptions } from './fetch-guarded.js';
import { guardedRequest, type GuardedRequest } from './guarded-request.js';
import { allow, guardUrl, PUBLIC_ONLY, type GuardedUrl, type Resolver } from './url-guard.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const LOCAL = allow(['127.0.0.0/8'], [{ first: 1_024, last: 65_535 }]);
const OPTIONS: FetchOptions = {
  resolve: () => Promise.resolve(['127.0.0.1']),
  allowances: LOCAL,
  totalMs: 5_000,
  bytesMax: 100,
};
const GET: GuardedRequest = { method: 'GET', connectMs: 2_000, idleMs: 2_000, totalMs: 5_000, replyBytesMax: 100 };

let server: Server;
let port: number;
let asked: IncomingMessage[];
let answer: Answer;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function serve(next: Answer): void {
  asked = [];
  answer = next;
}

const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => {
  return (_request, response) => void response.writeHead(status, headers).end(body);
};

async function read(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const get = async (path = '/', options: Partial<FetchOptions> = {}): Promise<string> =>
  read(await fetchGuarded(`http://images.example:${port}${path}`, { ...OPTIONS, ...options }));

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'inside.example': ['10.0.0.1'],
  'nowhere.example': [],
};

async function faultOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as FetchFault).kind;
  }
  throw new Error('nothing was refused');
}

async function guarded(url: string): Promise<GuardedUrl> {
  const to = await guardUrl(url, OPTIONS.resolve, LOCAL);
  if (to.kind === 'refused') throw new Error(to.why);
  return to;
}

describe('a guarded request', () => {
  it('names the host, itself, and nothing that it was not told', async () => {
    serve(text(200, 'an image', { 'set-cookie': 'a=b' }));
    expect(await get('/a.jpg?size=1')).toBe('an image');
    expect(await get('/b.jpg')).toBe('an image');
    expect(asked.map(({ url, headers }) => [url, headers.cookie])).toEqual([
      ['/a.jpg?size=1', undefined],
      ['/b.jpg', undefined],
    ]);
    expect(asked[0]?.headers).toEqual({
      host: `images.example:${port}`,
      'user-agent': 'Portcullis',
      'accept-encoding': 'identity',
      accept: 'image/*',
      connection: 'close',
    });
  });

  it('sends a body and hears the whole answer', async () => {
    let sent = '';
    serve((request, response) => {
      void read(request).then((body) => {
        sent = body;
        response.writeHead(410).end('gone');
      });
    });
    const to = await guarded(`http://images.example:${port}/hook`);
    const reply = await guardedRequest(to, {
      ...GET,
      method: 'POST',
      body: Buffer.from('{}'),
      headers: { 'x-a': 'b' },
    });
    expect([reply.status, await read(reply.body), sent, asked[0]?.headers['x-a']]).toEqual([410, 'gone', '{}', 'b']);
  });

  it('dials what was checked, whatever the name says afterwards', async () => {
    serve(text(200, 'the checked one'));
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['10.0.0.1']];
    let times = 0;
    const rebinding: Resolver = () => Promise.resolve(answers[times++] ?? []);
    expect(await get('/', { resolve: rebinding })).toBe('the checked one');
    expect(times).toBe(1);
  });

  it('is not made when the name leads inside the second time', async () => {
    serve(text(302, '', { location: '/again' }));
    let times = 0;
    const rebinding: Resolver = () => Promise.resolve([times++ === 0 ? '127.0.0.1' : '10.0.0.1']);
    expect(await faultOf(() => get('/', { resolve: rebinding }))).toBe('unreachable');
    expect(asked).toHaveLength(1);
  });

  it('asks nobody when the guard refuses', async () => {
    serve(text(200, 'secret'));
    expect(await faultOf(() => get('/', { allowances: PUBLIC_ONLY }))).toBe('refused');
    expect(
      await faultOf(() => fetchGuarded(`http://127.0.0.1:${port}/`, { ...OPTIONS, allowances: PUBLIC_ONLY })),
    ).toBe('refused');
    expect(asked).toEqual([]);
  });

  it('is over when its caller gives up', async () => {
    serve(() => undefined);
    const aborter = new AbortController();
    const work = faultOf(() => get('/', { signal: aborter.signal }));
    aborter.abort();
    expect(await work).toBe('late');
    expect(await faultOf(() => get('/', { signal: aborter.signal }))).toBe('late');
  });
});

describe('redirects', () => {
  const chain: Answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('here');
    else response.writeHead(302, { location: String(left - 1) }).end();
  };

  it('are followed three times and no more', async () => {
    serve(chain);
    expect(await get('/3')).toBe('here');
    expect(await faultOf(() => get('/4'))).toBe('status');
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'file:///etc/passwd',
    'http://user@images.example/',
    'http://images.example:22/',
    'http://',
  ])('to %s are refused', async (location) => {
    serve(text(301, '', { location }));
    expect(await faultOf(() => get())).toBe('refused');
  });

  it('to a name inside are answered as those to one that there is not', async () => {
    const faults: unknown[] = [];
    for (const name of ['inside', 'nowhere']) {
      serve(text(301, '', { location: `http://${name}.example/` }));
      const resolve: Resolver = (hostname) => Promise.resolve(ADDRESSES[hostname] ?? ['127.0.0.1']);
      faults.push(await get('/', { resolve }).catch((error: unknown) => error));
    }
    const [inside, nowhere] = faults;
    expect(inside).toMatchObject({ kind: 'unreachable' });
    expect(inside).toEqual(nowhere);
  });

  it('to nowhere are no answer', async () => {
    serve(text(302, ''));
    expect(await faultOf(() => get())).toBe('status');
  });
});

describe('a reply', () => {
  it.each([201, 204, 404, 500])('of %d is not an image', async (status) => {
    serve(text(status, ''));
    expect(await faultOf(() => get())).toBe('status');
  });

  it('may have as many bytes as the cap says', async () => {
    serve(text(200, 'x'.repeat(100)));
    expect(await get()).toHaveLength(100);
  });

  it.each<[string, Answer]>([
    ['says so', text(200, 'x'.repeat(101))],
    [
      'does not say so',
      (_request, response) => {
        response.write('x'.repeat(60));
        response.end('x'.repeat(60));
      },
    ],
  ])('that has more and %s is refused', async (_case, next) => {
    serve(next);
    expect(await faultOf(() => get())).toBe('too_large');
  });

  it('that comes compressed is refused', async () => {
    serve(text(200, 'x', { 'content-encoding': 'gzip' }));
    expect(await faultOf(() => get())).toBe('encoded');
  });

  it('that breaks off is no whole one', async () => {
    serve((_request, response) => {
      response.writeHead(200, { 'content-length': '50' }).write('x');
      setImmediate(() => response.destroy());
    });
    expect(await faultOf(() => get())).toBe('unreachable');
  });

  it.each<[string, Answer]>([
    ['never comes', () => undefined],
    ['stops in the middle', (_request, response) => void response.writeHead(200).write('x')],
  ])('that %s is late', async (_case, next) => {
    serve(next);
    expect(await faultOf(() => get('/', { totalMs: 100 }))).toBe('late');
    const to = await guarded(`http://images.example:${port}/`);
    const slowly = async (): Promise<string> => {
      const reply = await guardedRequest(to, { ...GET, idleMs: 100 });
      return read(reply.body);
    };
    expect(await faultOf(slowly)).toBe('late');
  });

  it('that is discarded closes its connection', async () => {
    serve((_request, response) => void response.writeHead(200).write('x'));
    const reply = await guardedRequest(await guarded(`http://images.example:${port}/`), GET);
    const closed = once(asked[0]?.socket ?? server, 'close');
    reply.discard();
    await closed;
  });
});

describe('a server that is not there', () => {
  it('is unreachable', async () => {
    const silent = createSocketServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: at } = silent.address() as AddressInfo;
    expect(await faultOf(() => fetchGuarded(`http://a.example:${at}/`, OPTIONS))).toBe('unreachable');
    silent.close();
    await once(silent, 'close');
    expect(await faultOf(() => fetchGuarded(`http://a.example:${at}/`, OPTIONS))).toBe('unreachable');
  });

  it('that changes to another protocol instead of answering is unreachable', async () => {
    const odd = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: odd\r\nConnection: Upgrade\r\n\r\n'),
      );
    }).listen(0, '127.0.0.1');
    await once(odd, 'listening');
    const { port: at } = odd.address() as AddressInfo;
    const to = await guarded(`http://a.example:${at}/`);
    expect(await faultOf(() => guardedRequest(to, GET))).toBe('unreachable');
    odd.close();
  });

  it('that takes the connection and speaks no TLS is late', async () => {
    const silent = createSocketServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: at } = silent.address() as AddressInfo;
    const to = await guarded(`https://a.example:${at}/`);
    expect(await faultOf(() => guardedRequest(to, { ...GET, connectMs: 100 }))).toBe('late');
    silent.close();
  });
});
