import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';

import { Problem, problemBody, type ProblemCode } from '../contracts/problems.js';
import { cut, early, json, ScriptedServer, type Answering } from '../../test/support/scripted-server.js';

import type { CallLimits } from './connection.js';
import { AnswerError, ConnectionError, DeadlineError } from './errors.js';
import { file } from './node.js';
import { Portcullis, type PortcullisOptions } from './portcullis.js';
import { OverloadedError, RateLimitedError, UndecodableError, UrlUnreachableError } from './problem-errors.js';
import type { ByteSource } from './sources.js';
import type { Progress } from './submit.js';

const ASSET = { id: 'a', served: true, decision: { revision: 1, stage: 'provisional', verdict: 'allow' } };
const ACCEPTED = json(201, ASSET);
const PIECE = 50_000;

let server: ScriptedServer;
let folder: string;
beforeAll(async () => {
  server = await ScriptedServer.listen();
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-client-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const client = (options: Partial<PortcullisOptions> = {}): Portcullis =>
  new Portcullis({ url: `${server.url}/`, key: 'k', ...options });

function problem(code: ProblemCode, retryAfterMs = 0): Answering {
  const body = problemBody(new Problem(code, 'Why.', { retryAfterMs }), 'x');
  return json(body.status, body);
}

/** Pieces of 50 kB, and then perhaps a fault. */
async function* pieces(count: number, fault?: Error): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield await Promise.resolve(Buffer.alloc(PIECE));
  if (fault !== undefined) throw fault;
}

const keys = (): unknown[] => server.asked.map(({ headers }) => headers['idempotency-key']);

describe('an upload', () => {
  it('says what it was told to, with a key of its own', async () => {
    server.says(ACCEPTED);
    const fields = { externalId: 'post 81', class: 'urgent', deadlineMs: 300, metadata: { board: 'cäts' } } as const;
    expect(await client().submit(Buffer.from('bytes'), { ...fields, uploaderId: undefined })).toEqual(ASSET);
    const [{ method, url, headers, body } = fail()] = server.asked;
    expect([method, url, headers['authorization']]).toEqual(['POST', '/v1/assets?class=urgent', 'Bearer k']);
    // what may be personal is in no address, which servers on the way write down
    expect(body).toMatch(
      /name="externalId"\r\n\r\npost 81\r\n[^]*name="metadata"\r\n\r\n{"board":"cäts"}\r\n[^]*bytes\r\n/,
    );
    expect(body).toMatch(/name="deadlineMs"\r\n\r\n300\r\n/);
    expect(body).not.toContain('uploaderId');
    await client().submit(Buffer.from('bytes'));
    expect(keys()).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.any(String)]);
    expect(new Set(keys()).size).toBe(2);
  });

  it.each<[string, () => ByteSource | Promise<ByteSource>]>([
    ['a Blob', () => new Blob(['by', 'tes'])],
    ['a File', () => new File(['bytes'], 'a.jpg')],
    ['a Buffer', () => Buffer.from('bytes')],
    ['an ArrayBuffer', () => new Uint8Array([98, 121, 116, 101, 115]).buffer],
    ['shared memory', () => Object.assign(new Uint8Array(new SharedArrayBuffer(5)), Buffer.from('bytes'))],
    ['a web stream', () => new Blob(['bytes']).stream()],
    ['a stream of Node', () => Readable.from([Buffer.from('by'), Buffer.from('tes')])],
    ['a stream of a file', () => createReadStream(path.join(folder, 'image'))],
    ['a file', () => file(path.join(folder, 'image'))],
    ['something that can be opened', () => ({ open: () => Readable.from([Buffer.from('bytes')]) })],
  ])('of %s is repeated after a broken connection', async (_name, source) => {
    await writeFile(path.join(folder, 'image'), 'bytes');
    server.says(cut, ACCEPTED);
    expect(await client().submit(await source())).toEqual(ASSET);
    expect(server.asked.map(({ body }) => body)).toEqual(['bytes', 'bytes']);
    expect(new Set(keys()).size).toBe(1);
  });

  it('of an address is JSON with the fields in it', async () => {
    server.says(ACCEPTED);
    await client().submit({ url: 'https://images.example/1.jpg' }, { externalId: 'x', idempotencyKey: 'mine' });
    await client().submit(new URL('https://images.example/2.jpg'));
    expect(server.asked.map(({ body }) => JSON.parse(body) as object)).toEqual([
      { url: 'https://images.example/1.jpg', externalId: 'x' },
      { url: 'https://images.example/2.jpg' },
    ]);
    expect(server.asked[0]?.url).toBe('/v1/assets');
    expect(keys()[0]).toBe('mine');
  });

  it('has its fields in a form, before the bytes, also when it is sent again', async () => {
    server.says(cut, ACCEPTED);
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'ü'.repeat(500)]));
    await client().submit(pieces(1), { metadata, class: 'bulk' });
    const [, { url, headers, body, bytes } = fail()] = server.asked;
    expect(url).toBe('/v1/assets?class=bulk');
    const [, boundary = ''] = /^multipart\/form-data; boundary=(\w+)$/.exec(headers['content-type'] ?? '') ?? [];
    expect(body.split(`--${boundary}`)).toHaveLength(5);
    expect(body).toContain(JSON.stringify(metadata));
    expect(body).toMatch(/name="metadata"[^]*name="file"; filename/);
    expect(bytes).toBeGreaterThan(PIECE + JSON.stringify(metadata).length);
  });

  it.each<ProblemCode>(['still-running', 'rate-limited', 'overloaded', 'dependency-late'])(
    'is repeated after %s, with the same key',
    async (code) => {
      server.says(problem(code), ACCEPTED);
      expect(await client().submit(Buffer.from('x'))).toEqual(ASSET);
      expect(new Set(keys()).size).toBe(1);
    },
  );

  it('that failed tells its key, so that the next try is the same submission', async () => {
    server.says(cut);
    const failed = await client({ attemptsMax: 1 })
      .submit(Buffer.from('x'))
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConnectionError);
    const { idempotencyKey } = failed as ConnectionError;
    expect(keys()).toEqual([idempotencyKey]);
    server.says(problem('undecodable'));
    await expect(client().submit(Buffer.from('x'), { idempotencyKey })).rejects.toMatchObject({ idempotencyKey });
    server.says(cut);
    const batch = client({ attemptsMax: 1 }).batches.submitUrls([]);
    await expect(batch).rejects.toMatchObject({ idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('with a key that no header can hold is a mistake of the caller, told at once', async () => {
    server.says(ACCEPTED);
    for (const idempotencyKey of ['прив', '', 'x'.repeat(256), 'a\nb']) {
      await expect(client().submit(Buffer.from('x'), { idempotencyKey })).rejects.toThrow(TypeError);
    }
    expect(server.asked).toEqual([]);
    expect(() => client({ key: 'ключ' })).toThrow(TypeError);
  });

  it('ends its source with it, also while it waits for a piece', async () => {
    const never = new Readable({ read: () => undefined });
    await expect(client().submit(never, { timeoutMs: 50 })).rejects.toThrow(DeadlineError);
    expect(never.destroyed).toBe(true);
    let reason: unknown;
    const web = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why ?? 'ended') });
    await expect(client().submit(web, { timeoutMs: 50 })).rejects.toThrow(DeadlineError);
    expect(reason).toBe('ended');
    // what is longer than is held, and stalls while it is sent
    server.says(ACCEPTED);
    const stalled = new Readable({ read: () => undefined });
    stalled.push(Buffer.alloc(10));
    const sent = client({ bufferBytesMax: 5 }).submit(stalled, { timeoutMs: 80 });
    await expect(sent).rejects.toThrow(DeadlineError);
    expect(stalled.destroyed).toBe(true);
    const opened: Readable[] = [];
    const open = (): Readable => {
      opened.push(new Readable({ read: () => undefined }));
      return opened.at(-1) ?? fail();
    };
    await expect(client().submit({ open }, { timeoutMs: 80 })).rejects.toThrow(DeadlineError);
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('of a file that grows or shrinks sends what it was, or says that it is not that any more', async () => {
    const name = path.join(folder, 'changing');
    await writeFile(name, 'bytes');
    const source = await file(name);
    await writeFile(name, 'bytes and more');
    server.says(ACCEPTED);
    await client().submit(source);
    expect(server.asked.map(({ body }) => body)).toEqual(['bytes']);
    await writeFile(name, 'by');
    server.says(ACCEPTED);
    await expect(client().submit(source)).rejects.toThrow('ended after 2 of 5 bytes');
  });

  it('of a pipe is read to its end', async () => {
    const name = path.join(folder, 'pipe');
    execFileSync('mkfifo', [name]);
    server.says(cut, ACCEPTED);
    const [source] = await Promise.all([file(name), writeFile(name, 'bytes')]);
    await client().submit(source);
    expect(server.asked.map(({ body }) => body)).toEqual(['bytes', 'bytes']);
  });

  it('that the service refuses is not repeated', async () => {
    server.says(problem('undecodable'));
    await expect(client().submit(Buffer.from('x'))).rejects.toThrow(UndecodableError);
    server.says(problem('url-unreachable'));
    await expect(client().submit({ url: 'https://a.example/' })).rejects.toThrow(UrlUnreachableError);
    expect(server.asked).toHaveLength(1);
  });

  it('that is answered by something else is no asset', async () => {
    server.says(json(200, []));
    await expect(client().submit(Buffer.from('x'))).rejects.toThrow('names no asset');
    server.says((response) => void response.end('<html>'));
    await expect(client().submit(Buffer.from('x'))).rejects.toThrow(AnswerError);
  });

  it('tells how far it is', async () => {
    server.says(problem('overloaded', 20), json(201, ASSET, { 'idempotent-replayed': 'true' }));
    const told: Progress[] = [];
    await client().submit(Buffer.alloc(150_000), { onProgress: (progress) => told.push(progress) });
    const sent = told.flatMap((one) => (one.state === 'sending' ? [`${one.attempt} ${one.sentBytes}`] : []));
    expect(sent).toEqual(['1 65536', '1 131072', '1 150000', '2 65536', '2 131072', '2 150000']);
    expect(told.filter(({ state }) => state !== 'sending')).toEqual([
      { state: 'retrying', attempt: 1, delayMs: expect.any(Number), error: expect.any(OverloadedError) },
      { state: 'accepted', asset: ASSET, isReplayed: true },
    ]);
  });
});

describe('an upload of a long stream', () => {
  const long = (source: AsyncIterable<Uint8Array>) => client({ bufferBytesMax: 100_000 }).submit(source);

  it('is read as it is sent, once', async () => {
    server.says(ACCEPTED);
    await long(pieces(20));
    expect(server.asked).toMatchObject([{ bytes: 20 * PIECE, whole: true }]);
    server.says(cut, ACCEPTED);
    await expect(long(pieces(20))).rejects.toThrow(ConnectionError);
    expect(server.asked).toHaveLength(1);
  });

  it('is repeated where it can be opened again', async () => {
    server.says(cut, ACCEPTED);
    await client().submit({ bytes: 20 * PIECE, open: () => pieces(20) });
    expect(server.asked).toMatchObject([{ bytes: 20 * PIECE }, { bytes: 20 * PIECE }]);
    expect(server.asked[1]?.headers['content-length']).toBe(String(20 * PIECE));
  });

  it('is read no further than it is taken', async () => {
    server.says(early(json(415, problemBody(new Problem('unsupported-media', 'No.'), 'x'))));
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; read < 10_000; read += 1) yield await Promise.resolve(Buffer.alloc(PIECE));
    }
    const bytes = 10_000 * PIECE;
    await expect(client().submit({ bytes, open: endless })).rejects.toMatchObject({ code: 'unsupported-media' });
    expect(read).toBeLessThan(10_000);
  });

  it('that breaks off is never whole for the service, and throws what its source threw', async () => {
    const fault = new Error('it changed');
    for (const source of [
      { bytes: 3 * PIECE, open: () => pieces(2, fault) },
      { bytes: 1, open: () => pieces(0, fault) },
      pieces(20, fault),
      pieces(1, fault),
    ]) {
      server.says(ACCEPTED);
      await expect(client({ bufferBytesMax: 100_000 }).submit(source)).rejects.toBe(fault);
      expect(server.asked.filter(({ whole }) => whole)).toEqual([]);
    }
  });
});

describe('a call', () => {
  it('ends after its attempts', async () => {
    server.says(problem('overloaded'));
    await expect(client({ attemptsMax: 3 }).get('a')).rejects.toThrow(OverloadedError);
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });

  it('does not wait for what comes too late', async () => {
    server.says(problem('rate-limited', 3_600_000));
    await expect(client().get('a')).rejects.toThrow(RateLimitedError);
    expect(server.asked).toHaveLength(1);
  });

  it('waits as long as it is asked to', async () => {
    const atMs: number[] = [];
    const busy: Answering = (response, asked) => {
      atMs.push(performance.now());
      problem('overloaded', 400)(response, asked);
    };
    const ready: Answering = (response, asked) => {
      atMs.push(performance.now());
      ACCEPTED(response, asked);
    };
    server.says(busy, ready);
    await client().get('a');
    const [first = 0, second = 0] = atMs;
    expect(second - first).toBeGreaterThanOrEqual(400);
  });

  it('has an end of its own', async () => {
    server.says(() => undefined);
    await expect(client({ timeoutMs: 60 }).get('a')).rejects.toThrow(DeadlineError);
    await expect(client({ attemptMs: 30, attemptsMax: 2 }).get('a')).rejects.toThrow('no answer within 30 ms');
    const never = new ReadableStream<Uint8Array>();
    await expect(client({ timeoutMs: 60 }).submit(never)).rejects.toThrow(DeadlineError);
  });

  it('is ended by its caller, with the caller’s reason', async () => {
    const reason = new Error('the page was closed');
    server.says(() => undefined);
    const running = new AbortController();
    const asked = client().get('a', { signal: running.signal });
    running.abort(reason);
    await expect(asked).rejects.toBe(reason);
    const waiting = new AbortController();
    server.says((response, one) => {
      problem('overloaded', 60_000)(response, one);
      setImmediate(() => waiting.abort(reason));
    });
    await expect(client().get('a', { signal: waiting.signal })).rejects.toBe(reason);
    await expect(client().get('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('whose answer is cut is made again', async () => {
    const half: Answering = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"id":');
      setImmediate(() => response.socket?.resetAndDestroy());
    };
    server.says(half, json(200, ASSET));
    expect(await client().get('a')).toEqual(ASSET);
  });

  it('says that nobody answers', async () => {
    const away = client({ url: 'http://127.0.0.1:9', attemptsMax: 2 });
    await expect(away.get('a')).rejects.toThrow(ConnectionError);
    expect(await away.isThere()).toBe(false);
    server.says(json(200, {}));
    expect(await client().isThere()).toBe(true);
    expect(() => client({ url: 'nowhere' })).toThrow('Invalid URL');
  });

  it('that would do twice what is sent twice does not ask to be made again when its answer is lost', async () => {
    for (const answer of [cut, json(502, {})]) {
      server.says(answer);
      await expect(client().webhooks.rotate('x')).rejects.toMatchObject({ retryable: false });
    }
    server.says(() => undefined);
    const late = client().webhooks.rotate('x', { timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ name: 'DeadlineError', retryable: false });
    server.says(problem('rate-limited'));
    await expect(client({ attemptsMax: 1 }).webhooks.rotate('x')).rejects.toMatchObject({ retryable: true });
  });

  it('that may have had its effect is not made twice, unless that is the same', async () => {
    server.says(cut, json(201, {}));
    await expect(client().webhooks.create({ url: 'https://a.example/' })).rejects.toThrow(ConnectionError);
    server.says(problem('rate-limited', 1), json(201, { id: 'e' }));
    expect(await client().webhooks.create({ url: 'https://a.example/' })).toEqual({ id: 'e' });
    server.says(cut, (response) => void response.writeHead(204).end());
    await client().erase('a');
    server.says(cut, problem('erased'));
    await client().erase('a');
  });
});

describe('a list', () => {
  it('is read page by page', async () => {
    server.says(json(200, { items: [1, 2], next: 'c' }), json(200, { items: [3], next: null }));
    const found: unknown[] = [];
    for await (const one of client().list({ served: false, receivedFrom: new Date(0) })) found.push(one);
    expect(found).toEqual([1, 2, 3]);
    expect(server.asked.map(({ url }) => url)).toEqual([
      '/v1/assets?served=false&receivedFrom=1970-01-01T00%3A00%3A00.000Z&limit=100',
      '/v1/assets?served=false&receivedFrom=1970-01-01T00%3A00%3A00.000Z&limit=100&cursor=c',
    ]);
  });

  it('of a batch’s errors is read line by line', async () => {
    server.says((response) => {
      response.write('{"url":"a","problem":{"code":"undecod');
      response.end('able","detail":"ü"}}\n\n{"file":"b"}');
    });
    const found: unknown[] = [];
    for await (const one of client().batches.errors('x')) found.push(one);
    expect(found).toEqual([{ url: 'a', problem: { code: 'undecodable', detail: 'ü' } }, { file: 'b' }]);
  });

  it('of a batch’s errors that breaks off, stalls or is none is told as other calls tell it', async () => {
    const read = async (options: CallLimits = {}): Promise<unknown> => {
      const found: unknown[] = [];
      for await (const one of client().batches.errors('x', options)) found.push(one);
      return found;
    };
    const begun: Answering = (response) => void response.write('{"url":"a"}\n');
    server.says((response, asked) => {
      begun(response, asked);
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    await expect(read()).rejects.toThrow(ConnectionError);
    server.says(begun);
    await expect(read({ attemptMs: 50 })).rejects.toThrow(ConnectionError);
    const mine = new AbortController();
    setTimeout(() => mine.abort(new Error('enough')), 50);
    await expect(read({ signal: mine.signal })).rejects.toThrow('enough');
    server.says((response) => void response.end('<html>'));
    await expect(read()).rejects.toThrow(AnswerError);
  });
});

const fail = (): never => {
  throw new Error('nothing was asked');
};
