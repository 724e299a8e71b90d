import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '#contracts/problems.js';
import { ClassifierFailed, ClassifierShed, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ModelManifest } from '#inference/models/manifest.js';
import { openManifest } from '#inference/models/repository.js';
import type { InferOrder } from '../../apps/upload/inference/oip-backend.js';
import { TINY, writeTinyModel } from '../faults/fixtures/tiny-model.js';
import { eventually } from '../support/eventually.js';
import { openOipServer, OIP_KEY, OTHER_KEY, PLAIN_KEY, type OipServer } from '../support/oip-server.js';

const MODEL = '/v2/models/tiny';
const VERSION = `${MODEL}/versions/1.0.0`;
const SHAPE = [1, 16, 16, 3];
const VIEW_BYTES = 16 * 16 * 3;
const JSON_LENGTH = 'inference-header-content-length';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The body, where it is JSON. */
  readonly body: Record<string, unknown>;
}

/** Scores of a view: its first three bytes, of 255. */
const scoresOf = (view: Uint8Array): number[] => [...view.subarray(0, 3)].map((byte) => byte / 255);

const seen: { order: InferOrder | undefined; views: number } = { order: undefined, views: 0 };
let served: ModelManifest | undefined;
let ready = true;
let failure: Error | undefined;
const sheds: string[] = [];
let folder = '';
let manifest: ModelManifest;
let server: OipServer;

async function ask(path: string, init: RequestInit = {}, key: string | null = OIP_KEY): Promise<Reply> {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const headers = { ...authorization, ...Object.fromEntries(new Headers(init.headers)) };
  const response = await fetch(`${server.url}${path}`, { ...init, headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, bytes, body };
}

const post = (body: string | Uint8Array, headers: Record<string, string> = {}, path = VERSION): Promise<Reply> =>
  ask(`${path}/infer`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

const view = (red: number): Uint8Array => new Uint8Array(VIEW_BYTES).fill(0).map((_, at) => (at === 0 ? red : 0));
const input = (changes: object = {}) => ({
  name: 'image',
  datatype: 'UINT8',
  shape: SHAPE,
  data: [...view(51)],
  ...changes,
});
const request = (changes: object = {}) => JSON.stringify({ inputs: [input()], ...changes });

/** JSON and then bytes. */
function postBinary(json: object, bytes: Uint8Array, length?: string): Promise<Reply> {
  const head = Buffer.from(JSON.stringify(json));
  const headers = { 'content-type': 'application/octet-stream', [JSON_LENGTH]: length ?? String(head.length) };
  return post(Buffer.concat([head, bytes]), headers);
}
const binaryInput = (views: number, bytes = views * VIEW_BYTES) => ({
  name: 'image',
  datatype: 'UINT8',
  shape: [views, 16, 16, 3],
  parameters: { binary_data_size: bytes },
});

/** Every error says what is wrong in `error`, as the protocol's clients expect, and is a problem of the catalogue. */
function expectError({ status, headers, body }: Reply, code: ProblemCode, says: RegExp): void {
  expect({ status, code: body['code'] }).toEqual({ status: PROBLEMS[code].status, code });
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(body['error']).toMatch(says);
  expect(body['detail']).toBe(body['error']);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-oip-'));
  await writeTinyModel(folder, 'mean');
  manifest = await openManifest(folder, TINY);
  server = await openOipServer({
    manifest: () => served,
    ready: () => ready,
    onShed: (reason) => sheds.push(reason),
    infer: (views, order) => {
      if (failure !== undefined) return Promise.reject(failure);
      seen.order = order;
      seen.views = views.length;
      return Promise.resolve({ scores: views.map(scoresOf) });
    },
  });
});

beforeEach(() => {
  served = manifest;
  ready = true;
  failure = undefined;
  seen.order = undefined;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('what is served', () => {
  it('is told without a key as far as probes need it', async () => {
    expect((await ask('/v2', {}, null)).body).toEqual({
      name: 'portcullis',
      version: '2',
      extensions: ['binary_tensor_data', 'schedule_policy'],
    });
    expect((await ask('/v2/health/live', {}, null)).body).toEqual({ live: true });
    expect(await ask('/v2/health/ready', {}, null)).toMatchObject({ status: 200, body: { ready: true } });
    for (const path of [MODEL, VERSION]) {
      expect(await ask(`${path}/ready`, {}, null)).toMatchObject({ status: 200, body: { name: 'tiny', ready: true } });
    }
    ready = false;
    expect((await ask('/v2/health/ready', {}, null)).status).toBe(503);
    expect((await ask(`${VERSION}/ready`, {}, null)).status).toBe(503);
  });

  it('has the shapes of its manifest', async () => {
    for (const path of [MODEL, VERSION]) {
      expect(await ask(path)).toMatchObject({
        status: 200,
        body: {
          name: 'tiny',
          versions: ['1.0.0'],
          platform: 'onnxruntime_onnx',
          inputs: [{ name: 'image', datatype: 'UINT8', shape: [-1, 16, 16, 3] }],
          outputs: [{ name: 'probs', datatype: 'FP32', shape: [-1, 3] }],
          parameters: { sha256: manifest.sha256, model: TINY },
        },
      });
    }
  });

  it('is a variant under the name of its model too, and says which', async () => {
    const agreement = { views: 1, top1: 1, p95: 0, max: 0 };
    served = { ...manifest, name: 'tiny_int8', variant: { of: TINY, kind: 'int8', agreement } };
    const parameters = { sha256: manifest.sha256, model: 'tiny_int8/1.0.0' };
    for (const name of ['tiny', 'tiny_int8']) {
      for (const path of [`/v2/models/${name}`, `/v2/models/${name}/versions/1.0.0`]) {
        expect(await ask(path)).toMatchObject({ status: 200, body: { name, versions: ['1.0.0'], parameters } });
        const { status, body } = await post(request(), {}, path);
        expect([status, body['model_name'], body['model_version']]).toEqual([200, name, '1.0.0']);
      }
    }
    expectError(await ask('/v2/models/tiny/versions/2.0.0'), 'not-found', /not served/);
  });

  it('is no other model, no other version, and nothing before it is known', async () => {
    expectError(await ask('/v2/models/other'), 'not-found', /not served/);
    expectError(await ask(`${MODEL}/versions/2.0.0`), 'not-found', /not served/);
    expectError(await ask('/v2/nothing'), 'not-found', /nothing/);
    served = undefined;
    expectError(await ask(MODEL), 'dependency-late', /being chosen/);
  });

  it('is shown and asked with a key for scores only', async () => {
    const body = request();
    for (const path of [VERSION, `${VERSION}/infer`]) {
      const init = path.endsWith('infer') ? { method: 'POST', body } : {};
      expectError(await ask(path, init, null), 'unauthorized', /Bearer/);
      expectError(await ask(path, init, 'unknown'), 'unauthorized', /not known/);
      expectError(await ask(path, init, PLAIN_KEY), 'forbidden', /scopes/);
    }
    expect(seen.order).toBeUndefined();
  });
});

describe('a request in JSON', () => {
  it('is answered in JSON, with its id', async () => {
    const { status, headers, body } = await post(request({ id: '42' }));
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/json' });
    expect(body).toEqual({
      id: '42',
      model_name: 'tiny',
      model_version: '1.0.0',
      outputs: [{ name: 'probs', datatype: 'FP32', shape: [1, 3], data: [0.2, 0, 0] }],
    });
  });

  it('may be nested, may name its output, and needs no version', async () => {
    const pixels = (shade: number) => Array.from({ length: 16 }, () => [shade, shade, shade]);
    const data = [255, 0].map((shade) => Array.from({ length: 16 }, () => pixels(shade)));
    const { body } = await post(
      request({ inputs: [input({ shape: [2, 16, 16, 3], data })], outputs: [{ name: 'probs' }] }),
      {},
      MODEL,
    );
    expect(body['outputs']).toMatchObject([{ shape: [2, 3], data: [1, 1, 1, 0, 0, 0] }]);
    expect(body).not.toHaveProperty('id');
  });

  it('may ask for binary scores', async () => {
    for (const wish of [
      { parameters: { binary_data_output: true } },
      { outputs: [{ name: 'probs', parameters: { binary_data: true } }] },
    ]) {
      const { headers, bytes } = await post(request(wish));
      const length = Number(headers.get(JSON_LENGTH));
      expect(JSON.parse(bytes.toString('utf8', 0, length))).toMatchObject({
        outputs: [{ name: 'probs', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } }],
      });
      expect(bytes.length - length).toBe(12);
      expect(bytes.readFloatLE(length)).toBeCloseTo(0.2, 6);
    }
    const wish = { parameters: { binary_data_output: true } };
    const refused = { outputs: [{ name: 'probs', parameters: { binary_data: false } }] };
    expect((await post(request({ ...wish, ...refused }))).headers.get(JSON_LENGTH)).toBeNull();
  });

  it.each([
    [{}, 'normal', undefined],
    [{ priority: 0, timeout: 0 }, 'normal', undefined],
    [{ priority: 1, timeout: 250_000 }, 'urgent', 250],
    [{ priority: 2, timeout: 1 }, 'normal', 0.001],
    [{ priority: 3, unknown: 'x' }, 'bulk', undefined],
  ])('with %j is %s, and has %s ms', async (parameters, trafficClass, deadlineMs) => {
    expect((await post(request({ parameters }))).status).toBe(200);
    expect(seen.order).toEqual({ clientId: 'client', trafficClass, deadlineMs });
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', 'hello', /not JSON/],
    ['nothing', '', /not JSON/],
    ['a list', '[]', /must be a JSON object/],
    ['no inputs', '{}', /`inputs` must hold one tensor, `image`/],
    ['two inputs', request({ inputs: [input(), input()] }), /must hold one tensor/],
    ['another input', request({ inputs: [input({ name: 'picture' })] }), /takes `image`/],
    ['another type', request({ inputs: [input({ datatype: 'FP32' })] }), /must be UINT8/],
    ['another shape', request({ inputs: [input({ shape: [1, 3, 16, 16] })] }), /shape \[N, 16, 16, 3\]/],
    ['no views', request({ inputs: [input({ shape: [0, 16, 16, 3], data: [] })] }), /N from 1 to 16/],
    ['many views', request({ inputs: [input({ shape: [17, 16, 16, 3] })] }), /N from 1 to 16/],
    ['too few numbers', request({ inputs: [input({ data: [1, 2, 3] })] }), /has 3 numbers, its shape says 768/],
    ['too many numbers', request({ inputs: [input({ data: Array(17 * VIEW_BYTES).fill(1) })] }), /more than 12288/],
    ['numbers that are no bytes', request({ inputs: [input({ data: [256] })] }), /from 0 to 255/],
    ['numbers nested otherwise', request({ inputs: [input({ data: [[...view(1)]] })] }), /nested in another way/],
    ['no data', request({ inputs: [input({ data: 'aGVsbG8=' })] }), /must have `data`, an array/],
    ['both kinds of data', request({ inputs: [input({ parameters: { binary_data_size: 0 } })] }), /one of them/],
    ['another output', request({ outputs: [{ name: 'mean' }] }), /`probs` is/],
    ['two outputs', request({ outputs: [{ name: 'probs' }, { name: 'probs' }] }), /one output, `probs`/],
    ['a classification', request({ outputs: [{ name: 'probs', parameters: { classification: 1 } }] }), /extension/],
    ['a priority of its own', request({ parameters: { priority: 4 } }), /`priority` must be/],
    ['a time-out before now', request({ parameters: { timeout: -1 } }), /`timeout` must be/],
    ['an endless id', request({ id: 'x'.repeat(201) }), /`id` must be/],
    ['an endless parameter', request({ parameters: { x: 'x'.repeat(70_000) } }), /more than 65536 bytes beside/],
    ['a wish that is none', request({ parameters: { binary_data_output: 1 } }), /true or false/],
  ])('with %s is refused', async (_what, body, says) => {
    expectError(await post(body), 'invalid-request', says);
    expect(seen.order).toBeUndefined();
  });

  it('that goes on and on is refused before its end', async () => {
    const endless = Buffer.alloc(1_000_000, ' ');
    expectError(await post(Buffer.concat([Buffer.from('{"inputs":[{"data":['), endless])), 'too-large', /16 views/);
  });

  it('that is packed is refused', async () => {
    expectError(await post(request(), { 'content-encoding': 'gzip' }), 'unsupported-media', /content encoding/);
  });

  it('that is no body is refused', async () => {
    expectError(await ask(`${VERSION}/infer`, { method: 'POST' }), 'invalid-request', /as the body/);
  });
});

describe('a request with binary tensors', () => {
  it('is read behind its JSON', async () => {
    const { body } = await postBinary({ inputs: [binaryInput(2)] }, Buffer.concat([view(255), view(51)]));
    expect(body['outputs']).toMatchObject([{ shape: [2, 3], data: [1, 0, 0, 0.2, 0, 0] }]);
  });

  it('may be nothing but the tensor', async () => {
    const bytes = Buffer.concat([view(255), view(51), view(0)]);
    const reply = await post(bytes, { 'content-type': 'application/octet-stream', [JSON_LENGTH]: '0' });
    expect(reply.status).toBe(200);
    expect(seen.views).toBe(3);
    expect(reply.bytes.length - Number(reply.headers.get(JSON_LENGTH))).toBe(3 * 3 * 4);
  });

  it('may be as large as sixteen views, and no larger', async () => {
    expect((await postBinary({ inputs: [binaryInput(16)] }, new Uint8Array(16 * VIEW_BYTES))).status).toBe(200);
    const more = await postBinary({ inputs: [binaryInput(17)] }, new Uint8Array(17 * VIEW_BYTES));
    expectError(more, 'too-large', /16 views, 12288 bytes/);
  });

  it.each<[string, object, number, string | undefined, RegExp]>([
    ['fewer bytes than it says', { inputs: [binaryInput(1)] }, 100, undefined, /100 bytes follow the JSON/],
    ['bytes that nobody names', JSON.parse(request()) as object, 5, undefined, /no input has `binary_data_size`/],
    ['bytes that are not its shape', { inputs: [binaryInput(2, 768)] }, 768, undefined, /768 numbers.* 1536/],
    ['a JSON length that is none', { inputs: [binaryInput(1)] }, 768, '1e2', /must be the number of bytes/],
    ['a JSON length beyond its end', { inputs: [binaryInput(1)] }, 768, '99999', /ends before/],
    ['a JSON length before its end', { inputs: [binaryInput(1)] }, 768, '5', /not JSON/],
    ['half a view', {}, 100, '0', /shape \[N, 16, 16, 3\]/],
  ])('with %s is refused', async (_what, json, bytes, length, says) => {
    expectError(await postBinary(json, new Uint8Array(bytes), length), 'invalid-request', says);
  });
});

describe('slow bodies of one client', () => {
  /** Begins a request whose body does not come. */
  function begin(key = OIP_KEY): ClientRequest {
    const headers = { authorization: `Bearer ${key}`, 'content-length': 100, 'content-type': 'application/json' };
    const sending = httpRequest(`${server.url}${VERSION}/infer`, { method: 'POST', headers });
    sending.on('error', () => undefined).write('{');
    return sending;
  }

  it('leave half of the places to others who are there, and their client is told when to come again', async () => {
    const other = begin(OTHER_KEY);
    const held = Array.from({ length: 16 }, () => begin());
    const refused = async (): Promise<Reply> => {
      let reply = await post(request());
      await eventually('its places are taken', async () => {
        if (reply.status !== PROBLEMS.overloaded.status) reply = await post(request());
        return reply.status === PROBLEMS.overloaded.status;
      });
      return reply;
    };
    const reply = await refused();
    expectError(reply, 'overloaded', /Too many of your inference requests/);
    expect(reply.body['retryAfterMs']).toBeGreaterThanOrEqual(1_000);
    expect(new Set(sheds)).toEqual(new Set(['client_bodies_max']));
    const init = { method: 'POST', body: request(), headers: { 'content-type': 'application/json' } };
    expect((await ask(`${VERSION}/infer`, init, OTHER_KEY)).status).toBe(200);
    other.destroy();
    await eventually('it may have more when it is alone', async () => (await post(request())).status === 200);
    for (const sending of held) sending.destroy();
    await eventually('the places are free again', async () => (await post(request())).status === 200);
  });
});

describe('a model that gives no scores', () => {
  it('because it is full says when to come again', async () => {
    failure = new ClassifierShed('queue_full', 1_234);
    const reply = await post(request());
    expectError(reply, 'overloaded', /no room/);
    expect(reply.headers.get('retry-after')).toBe('2');
    expect(reply.body['retryAfterMs']).toBe(1_234);
  });

  it('because it is away may be asked again', async () => {
    failure = new ClassifierUnavailable('no process is warm');
    expectError(await post(request()), 'dependency-late', /again/);
  });

  it('for these views says so, and does not ask for more of the same', async () => {
    failure = new ClassifierFailed('invalid-output', 'answered NaN');
    const reply = await post(request());
    expectError(reply, 'defect', /no scores: invalid-output/);
    expect(reply.headers.get('retry-after')).toBeNull();
  });
});
