import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { PROBLEMS, type ProblemBody, type ProblemCode } from '#contracts/problems.js';
import { craftPng, zeroImageData } from '#imaging/craft-png.js';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { BOUNDARY, formBytes, type FormPart } from '../support/multipart.js';
import { Product } from '../support/product.js';
import { sendRaw } from '../support/raw-request.js';

/** What came back, by whatever way it was asked for. */
interface Reply {
  readonly status: number | undefined;
  readonly type: string | null | undefined;
  readonly body: string;
}

let product: Product;
let jpeg: Buffer;

beforeAll(async () => {
  [product, jpeg] = await Promise.all([
    Product.open(),
    drawSample(0, { width: 96, height: 64 }).then(({ bytes }) => bytes),
  ]);
  await product.upload.start();
});

afterAll(() => product.close());

const auth = (): Record<string, string> => ({ authorization: `Bearer ${product.client.secret}` });

async function ask(path: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(`${product.upload.url}${path}`, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

const post = (body: Uint8Array | string, headers: Record<string, string> = {}, path = '/v1/assets'): Promise<Reply> =>
  ask(path, { method: 'POST', headers: { ...auth(), 'content-type': 'image/jpeg', ...headers }, body });

const postForm = (parts: readonly FormPart[], boundary = BOUNDARY): Promise<Reply> =>
  post(formBytes(parts), { 'content-type': `multipart/form-data; boundary=${boundary}` });

const image = (content: Uint8Array = jpeg, fileName = 'a.jpg'): FormPart => ({ name: 'file', fileName, content });
const field = (name: string, content = 'x'): FormPart => ({ name, content });

/** The head of a raw upload that announces so many bytes. */
const head = (bytes: number, type = 'image/jpeg'): string =>
  [
    'POST /v1/assets HTTP/1.1',
    'host: x',
    `authorization: Bearer ${product.client.secret}`,
    `content-type: ${type}`,
    `content-length: ${bytes}`,
    '\r\n',
  ].join('\r\n');

const bomb = (): Buffer => {
  const header = { width: 15_000, height: 15_000, bitDepth: 1, colourType: 0 } as const;
  return craftPng(header, [zeroImageData(header)]);
};
/** A whole image and then more bytes than an upload may have. */
const huge = (): Buffer => Buffer.concat([jpeg, Buffer.alloc(21_000_000)]);
const heic = (): Buffer => {
  const box = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  return Buffer.concat([box, Buffer.alloc(200)]);
};
const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

function expectProblem({ status, type, body }: Reply, code: ProblemCode): void {
  const problem = JSON.parse(body === '' ? '{}' : body) as ProblemBody;
  expect([status, problem.code, type]).toEqual([
    PROBLEMS[code].status,
    code,
    'application/problem+json; charset=utf-8',
  ]);
  expect(problem).toEqual({
    type: `urn:portcullis:problem:${code}`,
    title: PROBLEMS[code].title,
    status,
    detail: expect.stringMatching(/^[A-Z].*\.$/),
    instance: expect.stringMatching(/^urn:portcullis:request:[0-9a-f-]{36}$/),
    code,
    retryable: PROBLEMS[code].retryable,
    ...(problem.errors === undefined ? {} : { errors: expect.any(Array) }),
  });
  expect(body).not.toMatch(/node_modules|\.ts\b|\.js\b|Error|FST_|busboy|sharp|vips/);
}

/** Refusals before the end of a body come while it is still on its way: what was stored goes just after. */
async function expectNothingLeft(): Promise<void> {
  const assets = await product.count('asset');
  await eventually('no bytes are left behind', async () => (await product.stored()).length === assets);
}

const REFUSED: [string, ProblemCode, () => Promise<Reply>][] = [
  ['an empty body', 'empty-body', () => post('')],
  ['no body and no type', 'empty-body', () => ask('/v1/assets', { method: 'POST', headers: auth() })],
  ['an empty file', 'empty-body', () => postForm([image(Buffer.alloc(0))])],
  ['a form without a file', 'empty-body', () => postForm([field('externalId')])],
  ['a form without anything', 'empty-body', () => postForm([])],
  ['text', 'unsupported-media', () => post('these are words, and no image')],
  ['text as a file', 'unsupported-media', () => postForm([image(Buffer.from('words'))])],
  ['JSON without an address', 'invalid-request', () => post('{"file":"x"}', { 'content-type': 'application/json' })],
  ['broken JSON', 'invalid-request', () => post('{"file":', { 'content-type': 'application/json' })],
  ['a web form', 'unsupported-media', () => post('file=x', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['an SVG named .jpg', 'unsupported-media', () => postForm([image(Buffer.from(svg))])],
  ['a PDF named .jpg', 'unsupported-media', () => postForm([image(Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'))])],
  ['a HEIC named .jpg', 'unsupported-media', () => postForm([image(heic())])],
  ['an image in gzip', 'unsupported-media', () => post(gzipSync(jpeg), { 'content-encoding': 'gzip' })],
  ['a JPEG of 40 bytes', 'undecodable', () => post(jpeg.subarray(0, 40))],
  ['a JPEG without pixels', 'undecodable', () => post(jpeg.subarray(0, jpeg.indexOf(Buffer.from([0xff, 0xda]))))],
  ['a PNG of its signature', 'undecodable', () => post(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'))],
  ['a PNG of 15 000 × 15 000 pixels', 'image-too-large', () => post(bomb())],
  ['the same in a form', 'image-too-large', () => postForm([image(bomb())])],
  ['21 MB', 'too-large', () => post(huge())],
  ['21 MB in a form', 'too-large', () => postForm([image(huge())])],
  ['two files', 'invalid-request', () => postForm([image(), image()])],
  ['a file in another part', 'invalid-request', () => postForm([{ ...image(), name: 'picture' }])],
  ['a second file in another part', 'invalid-request', () => postForm([image(), { ...image(), name: 'b' }])],
  ['another boundary than announced', 'invalid-request', () => postForm([image()], 'another')],
  ['a form without a boundary', 'invalid-request', () => post(jpeg, { 'content-type': 'multipart/form-data' })],
  [
    'a form that is an image',
    'invalid-request',
    () => post(jpeg, { 'content-type': 'multipart/form-data; boundary=x' }),
  ],
  ['an unknown field', 'invalid-request', () => postForm([image(), field('colour')])],
  ['an unknown field in the query', 'invalid-request', () => post(jpeg, {}, '/v1/assets?colour=x')],
  ['a field named __proto__', 'invalid-request', () => postForm([field('__proto__'), image()])],
  ['a field named constructor', 'invalid-request', () => postForm([field('constructor'), image()])],
  ['a field with NUL in its name', 'invalid-request', () => postForm([image(), field('external\0Id')])],
  ['a field with NUL', 'invalid-request', () => postForm([image(), field('externalId', 'a\0b')])],
  ['NUL in the query', 'invalid-request', () => post(jpeg, {}, '/v1/assets?externalId=a%00b')],
  ['half a surrogate pair', 'invalid-request', () => postForm([image(), field('metadata', '{"a":"\\ud800"}')])],
  ['an overlong field', 'invalid-request', () => postForm([image(), field('externalId', 'x'.repeat(256))])],
  ['a very long field', 'invalid-request', () => postForm([image(), field('externalId', 'x'.repeat(100_000))])],
  ['a field twice', 'invalid-request', () => postForm([image(), field('class', 'bulk'), field('class', 'bulk')])],
  ['a field twice in the query', 'invalid-request', () => post(jpeg, {}, '/v1/assets?class=bulk&class=bulk')],
  ['an unknown class', 'invalid-request', () => postForm([image(), field('class', 'soon')])],
  ['metadata that is no JSON', 'invalid-request', () => postForm([image(), field('metadata', '{')])],
  ['metadata with depth', 'invalid-request', () => postForm([image(), field('metadata', '{"a":{"b":1}}')])],
  ['1 000 fields', 'invalid-request', () => postForm([...Array<FormPart>(1_000).fill(field('a')), image()])],
  ['1 000 fields behind', 'invalid-request', () => postForm([image(), ...Array<FormPart>(1_000).fill(field('a'))])],
  ['a form that ends in the file', 'invalid-request', () => cutForm(0.5)],
  ['a form that ends before its last line', 'invalid-request', () => cutForm(0.99)],
  ['another method', 'not-found', () => ask('/v1/assets', { method: 'PUT', headers: auth(), body: 'x' })],
  ['another address', 'not-found', () => ask('/v1/asset', { headers: auth() })],
  ['an id that is none', 'not-found', () => ask('/v1/assets/7', { headers: auth() })],
  ['an id with NUL', 'not-found', () => ask('/v1/assets/%00', { headers: auth() })],
  ['an endless id', 'not-found', () => ask(`/v1/assets/${'a'.repeat(5_000)}`, { headers: auth() })],
  ['an address with a broken escape', 'invalid-request', () => ask('/v1/assets/%zz', { headers: auth() })],
  ['no HTTP', 'invalid-request', () => sendRaw(product.upload.url, { pieces: ['HELLO\r\n\r\n'] })],
  ['a header of 100 kB', 'invalid-request', () => raw(`x: ${'a'.repeat(100_000)}`)],
  ['two lengths', 'invalid-request', () => raw('content-length: 1\r\ncontent-length: 2')],
];

/** A form with a shorter body, complete as HTTP goes. */
function cutForm(share: number): Promise<Reply> {
  const whole = formBytes([field('externalId'), image()]);
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  return post(whole.subarray(0, Math.floor(whole.length * share)), { 'content-type': type });
}

const raw = (header: string): Promise<Reply> =>
  sendRaw(product.upload.url, { pieces: [`POST /v1/assets HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`] });

describe('an upload is refused with a problem and leaves nothing behind', () => {
  it.each(REFUSED)('%s: %s', async (_, code, send) => {
    const before = await product.count('asset');
    expectProblem(await send(), code);
    expect(await product.count('asset')).toBe(before);
    await expectNothingLeft();
  });

  it('with every fault of its fields at once', async () => {
    const { body } = await postForm([image(), field('class', 'soon'), field('a/b~c'), field('externalId', '')]);
    const pointers = (JSON.parse(body) as ProblemBody).errors?.map(({ pointer }) => pointer);
    expect(new Set(pointers)).toEqual(new Set(['/a~1b~0c', '/externalId', '/class']));
  });
});

describe('an upload that breaks off', () => {
  it.each([
    ['a body at 99 %', () => [head(jpeg.length), jpeg.subarray(0, Math.floor(jpeg.length * 0.99))]],
    ['a body of 2 MB in the middle', () => [head(4_000_000), jpeg, Buffer.alloc(2_000_000)]],
    ['a form at 99 %', () => brokenForm(0.99)],
    ['a form in the middle of the file', () => brokenForm(0.5)],
    ['the head', () => [head(jpeg.length).slice(0, 90)]],
  ])('%s leaves nothing behind', async (_, pieces) => {
    const before = await product.count('asset');
    const began = await product.upload.metric('portcullis_uploads_total');
    const { status } = await sendRaw(product.upload.url, { pieces: pieces(), abort: true });
    expect(status).toBeUndefined();
    if (pieces().length > 1) {
      const counted = async (): Promise<boolean> =>
        (await product.upload.metric('portcullis_uploads_total')) === began + 1;
      await eventually('the upload has ended', counted);
    }
    await expectNothingLeft();
    expect(await product.count('asset')).toBe(before);
  });

  const brokenForm = (share: number): (string | Uint8Array)[] => {
    const whole = formBytes([field('externalId'), image()]);
    const type = `multipart/form-data; boundary=${BOUNDARY}`;
    return [head(whole.length, type), whole.subarray(0, Math.floor(whole.length * share))];
  };
});

describe('an upload that comes too slowly', () => {
  it('is cut with a problem', async () => {
    // the client waits for a third of what a service allows without that
    const hasty = product.another('upload', { BODY_MS_MAX: '1000' });
    await hasty.launch();
    const slow = [
      [head(jpeg.length), jpeg.subarray(0, 700)],
      [head(jpeg.length)],
      [head(5_000, `multipart/form-data; boundary=${BOUNDARY}`), formBytes([image()])],
      ['POST /v1/assets HTTP/1.1\r\n'],
    ];
    for (const reply of await Promise.all(slow.map((pieces) => sendRaw(hasty.url, { pieces })))) {
      expectProblem(reply, 'invalid-request');
      expect(reply.ms).toBeGreaterThan(900);
    }
    await expectNothingLeft();
    await hasty.stop();
  });
});

describe('an upload is accepted', () => {
  it.each(['../../../etc/passwd', '..\\..\\x.jpg', 'a\0b.jpg', '/dev/null', 'x'.repeat(5_000), '%2e%2e%2f', ''])(
    'whatever the name of its file: %j',
    async (fileName) => {
      const { status, body } = await postForm([image(jpeg, fileName)]);
      expect([status, body]).toEqual([201, expect.stringContaining('"verdict":"allow"')]);
      await expectNothingLeft();
    },
  );

  it('with a damaged image, but never allowed on that', async () => {
    const pixels = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    const stray = Buffer.concat([jpeg.subarray(0, pixels), Buffer.alloc(7), jpeg.subarray(pixels)]);
    const { status, body } = await post(stray);
    expect(status).toBe(201);
    expect(JSON.parse(body)).toMatchObject({
      served: false,
      decision: { verdict: 'block', source: 'fast', reasons: [{ code: 'damaged' }] },
    });
  });
});

describe('a connection', () => {
  it('goes on after an upload of which only the head was read', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    const send = (body: Uint8Array): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { ...auth(), 'content-type': 'image/jpeg', 'content-length': body.byteLength };
        const asked = { method: 'POST', agent, headers };
        const sending = request(`${product.upload.url}/v1/assets`, asked, (answer) => {
          ports.add(answer.socket.localPort);
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        });
        sending.on('error', reject).end(body);
      });
    try {
      expect([await send(Buffer.alloc(600_000, 'no image ')), await send(jpeg)]).toEqual([415, 201]);
      expect(ports.size).toBe(1);
    } finally {
      agent.destroy();
    }
  });
});

describe('afterwards', () => {
  it('counts and rows agree, and nothing is left over', async () => {
    const { upload } = product;
    const accepted = await product.count('asset');
    expect(await upload.metric('portcullis_uploads_total', { outcome: 'accepted' })).toBe(accepted);
    expect(await upload.metric('portcullis_upload_seconds_count', { stage: 'total' })).toBe(accepted);
    const decisions = await product.rows<{ verdict: string; source: string; n: number }>(
      `SELECT verdict, source, count(*)::integer AS n FROM decision GROUP BY verdict, source`,
    );
    for (const { n, ...labels } of decisions) {
      expect([labels, await upload.metric('portcullis_provisional_total', labels)]).toEqual([labels, n]);
    }
    expect(await upload.metric('portcullis_uploads_total', { outcome: 'failed' })).toBe(0);
    expect(await upload.metric('portcullis_classifier_events_total')).toBe(1);
    expect(await product.verify({ settled: false })).toMatchObject({ exitCode: 0, faults: [], assets: accepted });
  });

  it('the metrics are what Prometheus reads', async () => {
    const response = await fetch(`${product.upload.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const sample = /^[a-zA-Z_:][\w:]*(\{[a-zA-Z_]\w*="[^"\n]*"(,[a-zA-Z_]\w*="[^"\n]*")*\})? [-+\w.]+$/;
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('# '));
    expect(lines.filter((line) => !sample.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(50);
  });
});
