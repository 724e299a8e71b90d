import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import multipart from '@fastify/multipart';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';

import { Problem } from '#contracts/problems.js';
import { craftPng, pngChunk, zeroImageData } from '#imaging/craft-png.js';
import { AssetFiles } from '#storage/asset-files.js';

import { eventually } from '../../../test/support/eventually.js';
import { receiveUpload } from './receive-upload.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const CAP = 10_000;
const HEADER = { width: 2, height: 2, bitDepth: 8, colourType: 2 } as const;

/** An image of exactly so many bytes. */
function imageOf(bytes: number): Buffer {
  const small = craftPng(HEADER, [zeroImageData(HEADER), pngChunk('teSt', Buffer.alloc(0))]);
  return craftPng(HEADER, [zeroImageData(HEADER), pngChunk('teSt', Buffer.alloc(bytes - small.byteLength))]);
}
const IMAGE = imageOf(200);

type Body = NonNullable<RequestInit['body']>;

interface Answer {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: unknown;
  readonly mediaType?: string;
  readonly fields?: unknown;
}

let app: FastifyInstance;
let address: string;
let root: string;
/** How the last request went for the code under test: its error, or undefined. */
let ended: Promise<unknown>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'receive-upload-'));
  const files = new AssetFiles(root);
  app = fastify();
  await app.register(multipart, { throwFileSizeLimit: false });
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  let tell: (outcome: unknown) => void = () => undefined;
  app.addHook('onRequest', (_request, _reply, done) => {
    ended = new Promise((resolve) => (tell = resolve));
    done();
  });
  app.post('/', async (request, reply) => {
    try {
      const received = await receiveUpload(request, ID, { files, assetBytesMax: CAP });
      tell(undefined);
      return {
        mediaType: received.mediaType,
        fields: Object.fromEntries(Object.entries(received.fields)),
        sha256: received.stored.sha256.toString('hex'),
      };
    } catch (error) {
      tell(error);
      void reply.status(400).header('connection', 'close');
      return error instanceof Problem
        ? { code: error.code, detail: error.detail, errors: error.extra.errors }
        : { code: 'defect', detail: String(error) };
    }
  });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  await new AssetFiles(root).remove(ID);
});

async function stored(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function post(query: string, init: RequestInit): Promise<Answer> {
  const signal = AbortSignal.timeout(5_000);
  const response = await fetch(`${address}/${query}`, { method: 'POST', signal, ...init });
  return (await response.json()) as Answer;
}

const sendRaw = (body: Body, query = ''): Promise<Answer> =>
  post(query, { body, headers: { 'content-type': 'application/octet-stream' } });

type Part = readonly [name: string, value: string | Buffer];

function sendForm(...parts: readonly Part[]): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of parts) {
    form.append(
      name,
      typeof value === 'string' ? value : new Blob([value], { type: 'text/plain' }),
      ...(typeof value === 'string' ? [] : ['a.txt']),
    );
  }
  return post('', { body: form });
}

describe('an upload', () => {
  const all = { externalId: 'a-1', class: 'bulk', metadata: { page: 3 } };

  it.each<[string, () => Promise<Answer>, object]>([
    ['as the body', () => sendRaw(IMAGE), {}],
    [
      'as the body, its fields in the query',
      () => sendRaw(IMAGE, `?externalId=a-1&class=bulk&metadata=${encodeURIComponent('{"page":3}')}`),
      all,
    ],
    ['as a part', () => sendForm(['file', IMAGE]), {}],
    [
      'as a part among fields',
      () => sendForm(['externalId', 'a-1'], ['file', IMAGE], ['class', 'bulk'], ['metadata', '{"page":3}']),
      all,
    ],
    ['that just fits, as the body', () => sendRaw(imageOf(CAP)), {}],
    ['that just fits, as a part', () => sendForm(['file', imageOf(CAP)]), {}],
  ])('%s is stored and its fields are read', async (_case, send, fields) => {
    const answer = await send();
    expect(answer).toMatchObject({ mediaType: 'image/png', fields });
    const bytes = await readFile(new AssetFiles(root).path(ID));
    expect(answer).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  it('is stored as it was sent', async () => {
    await sendForm(['uploaderId', 'u'], ['file', IMAGE]);
    expect(await readFile(new AssetFiles(root).path(ID))).toEqual(IMAGE);
  });

  const extra = Array.from({ length: 9 }, (_, index): Part => [`extra${index}`, 'x']);
  it.each<[string, () => Promise<Answer>, string]>([
    ['without a body', () => post('', {}), 'empty-body'],
    ['with an empty body', () => sendRaw(new Uint8Array()), 'empty-body'],
    ['with an empty part', () => sendForm(['file', Buffer.alloc(0)]), 'empty-body'],
    ['without the part', () => sendForm(['externalId', 'a']), 'empty-body'],
    [
      'that is JSON',
      () => post('', { body: '{}', headers: { 'content-type': 'application/json' } }),
      'unsupported-media',
    ],
    [
      'that is plain text',
      () => post('', { body: 'x', headers: { 'content-type': 'text/plain' } }),
      'unsupported-media',
    ],
    ['that is no image', () => sendRaw('%PDF-1.7 and so on'), 'unsupported-media'],
    ['whose part is no image', () => sendForm(['file', Buffer.from('<svg/>')]), 'unsupported-media'],
    ['that is one byte too large', () => sendRaw(imageOf(CAP + 1)), 'too-large'],
    ['whose part is one byte too large', () => sendForm(['file', imageOf(CAP + 1)]), 'too-large'],
    ['that is far too large', () => sendForm(['file', imageOf(20 * CAP)], ['class', 'bulk']), 'too-large'],
    ['with a wrong field', () => sendRaw(IMAGE, '?class=soon'), 'invalid-request'],
    ['with an unknown field', () => sendRaw(IMAGE, '?colour=red'), 'invalid-request'],
    ['with a field twice in the query', () => sendRaw(IMAGE, '?externalId=a&externalId=b'), 'invalid-request'],
    ['with metadata that is not JSON', () => sendRaw(IMAGE, '?metadata=%7B'), 'invalid-request'],
    ['with a wrong field after the file', () => sendForm(['file', IMAGE], ['class', 'soon']), 'invalid-request'],
    [
      'with a field twice',
      () => sendForm(['externalId', 'a'], ['file', IMAGE], ['externalId', 'a']),
      'invalid-request',
    ],
    ['with broken metadata after the file', () => sendForm(['file', IMAGE], ['metadata', '{']), 'invalid-request'],
    [
      'with a field that is too long',
      () => sendForm(['file', IMAGE], ['metadata', `{}${' '.repeat(65_536)}`]),
      'invalid-request',
    ],
    [
      'with metadata named like a method',
      () => sendForm(['file', IMAGE], ['metadata', '{"constructor":"x"}']),
      'invalid-request',
    ],
    [
      'with metadata nested very deep',
      () => sendForm(['file', IMAGE], ['metadata', '['.repeat(3_000) + ']'.repeat(3_000)]),
      'invalid-request',
    ],
    ['with a file of another name', () => sendForm(['image', IMAGE]), 'invalid-request'],
    ['with two files', () => sendForm(['file', IMAGE], ['file', IMAGE]), 'invalid-request'],
    ['with too many fields', () => sendForm(['file', IMAGE], ...extra), 'invalid-request'],
  ])('%s is refused, and nothing is left', async (_case, send, code) => {
    expect(await send()).toMatchObject({ code });
    expect(await stored()).toEqual([]);
  });
});

describe('a form that is broken', () => {
  const type = 'multipart/form-data; boundary=B';
  const head = '--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n';

  it.each<[string, string, Body]>([
    ['has no boundary', 'multipart/form-data', 'x'],
    ['is another', type, '--C\r\n\r\n--C--'],
    ['ends within the file', type, Buffer.concat([Buffer.from(head), IMAGE])],
    ['ends before the last boundary', type, Buffer.concat([Buffer.from(head), IMAGE, Buffer.from('\r\n--B\r\n')])],
  ])('because it %s is refused, and nothing is left', async (_case, contentType, body) => {
    const answer = await post('', { body, headers: { 'content-type': contentType } });
    expect(['invalid-request', 'empty-body']).toContain(answer.code);
    expect(await stored()).toEqual([]);
  });
});

describe('a form with texts that are none', () => {
  const LATIN_1 = Buffer.from('café', 'latin1');
  const partOf = (head: string, content: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from(`--B\r\ncontent-disposition: form-data; ${head}\r\n\r\n`, 'latin1'),
      content,
      Buffer.from('\r\n'),
    ]);
  const send = (...parts: readonly Buffer[]): Promise<Answer> => {
    const body = Buffer.concat([
      ...parts,
      partOf('name="file"; filename="caf\xe9.png"', IMAGE),
      Buffer.from('--B--\r\n'),
    ]);
    return post('', { body, headers: { 'content-type': 'multipart/form-data; boundary=B' } });
  };

  it.each<[string, string, Uint8Array]>([
    ['/externalId', 'name="externalId"', LATIN_1],
    ['/uploaderId', 'name="uploaderId"\r\ncontent-type: text/plain; charset=utf-8', LATIN_1],
    ['/metadata', 'name="metadata"', Buffer.concat([Buffer.from('{"title":"'), LATIN_1, Buffer.from('"}')])],
  ])('is refused, and the field is named: %s', async (pointer, head, content) => {
    const detail = 'must be UTF-8, without U+FFFD, which stands for what is not';
    expect(await send(partOf(head, content))).toMatchObject({ code: 'invalid-request', errors: [{ pointer, detail }] });
    expect(await stored()).toEqual([]);
  });

  it('is taken where they are texts, whatever the name of its file', async () => {
    const parts = [
      partOf('name="externalId"', Buffer.from('café')),
      partOf('name="uploaderId"\r\ncontent-type: text/plain; charset=iso-8859-1', LATIN_1),
    ];
    expect(await send(...parts)).toMatchObject({ fields: { externalId: 'café', uploaderId: 'café' } });
  });
});

describe('a client that goes away', () => {
  const head = '--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n';

  it.each<[string, string, Buffer]>([
    ['the body', 'image/png', imageOf(8_000)],
    ['a part', 'multipart/form-data; boundary=B', Buffer.concat([Buffer.from(head), imageOf(8_000)])],
  ])('in the middle of %s leaves nothing behind', async (_case, type, half) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 9000\r\n\r\n`);
    socket.write(half);
    await eventually('the first bytes are stored', async () => (await stored()).length > 0);
    socket.destroy();
    expect(await ended).toBeDefined();
    expect(await stored()).toEqual([]);
  });
});
