import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LOOKS } from '#contracts/prepared-image.js';
import { openPixels } from '#imaging/sharp-settings.js';
import { openManifest } from '#inference/models/repository.js';
import type { ModelManifest } from '#inference/models/manifest.js';
import { oipMetadata, oipModel } from '#inference/oip/oip-model.js';
import { RemoteClassifier } from '#inference/remote/remote-classifier.js';
import type { RemoteClassifierOptions } from '#inference/remote/remote-options.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { TINY, writeTinyModel } from './fixtures/tiny-model.js';

const entry = (await build())('apps/upload/classifier-process.js');

const PATH = '/v2/models/tiny/versions/1.0.0';
const VIEW = new Uint8Array(16 * 16 * 3);
/** What nothing takes that ends. */
const HANG_MS = 60_000;
/** For a server that is not there; the decoders have to start meanwhile. */
const LATE_MS = 2_500;
const WHITE_GIF = 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';

type Deed = (response: ServerResponse, views: number) => void;

/** A server that does what it is told; at first it is good. */
interface Stage {
  readonly url: string;
  /** What it does with the requests to infer that come. */
  infer: Deed;
  metadata: Deed;
  ready: boolean;
  /** Requests to infer that came, and the authorization of the last. */
  inferred: number;
  key: string | undefined;
  /** Cuts every connection and listens no more. */
  die(): Promise<void>;
  /** Listens again where it did. */
  rise(): Promise<void>;
}

const ends: (() => Promise<void>)[] = [];
let folder = '';
let manifest: ModelManifest;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Deed =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const outputOf = (views: number, changes: Record<string, unknown> = {}) => ({
  outputs: [
    {
      name: 'probs',
      datatype: 'FP32',
      shape: [views, 3],
      data: Array.from({ length: views * 3 }, () => 0.5),
      ...changes,
    },
  ],
});
const good: Deed = (response, views) => json(200, outputOf(views))(response, views);
const hang: Deed = () => undefined;
const cut: Deed = (response) => response.destroy();

/** Answers with one value in binary. */
const binary =
  (value: number, announced = 12): Deed =>
  (response, views) => {
    const scores = Buffer.alloc(12);
    for (const place of [0, 4, 8]) scores.writeFloatLE(value, place);
    const head = Buffer.from(
      JSON.stringify(outputOf(views, { data: undefined, parameters: { binary_data_size: announced } })),
    );
    response.writeHead(200, { 'inference-header-content-length': String(head.length) });
    response.end(Buffer.concat([head, scores]));
  };

const endless: Deed = (response) => {
  response.writeHead(200);
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

async function setStage(): Promise<Stage> {
  let port = 0;
  const open = (): Server => createServer((request, response) => void act(request, response));
  let server = open();
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const die = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  async function act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Uint8Array).length;
    stage.key = request.headers.authorization;
    if (request.url === `${PATH}/ready`) json(stage.ready ? 200 : 503, {})(response, 0);
    else if (request.url === `${PATH}/infer`) {
      stage.inferred += 1;
      const jsonBytes = Number(request.headers['inference-header-content-length']);
      stage.infer(response, (bytes - jsonBytes) / VIEW.length);
    } else if (request.url === PATH) stage.metadata(response, 0);
    else json(404, { error: 'what?' })(response, 0);
  }
  await listen();
  port = (server.address() as AddressInfo).port;
  const stage: Stage = {
    url: `http://127.0.0.1:${port}`,
    infer: good,
    metadata: json(200, oipMetadata(oipModel(manifest))),
    ready: true,
    inferred: 0,
    key: undefined,
    die,
    rise: () => {
      server = open();
      return listen();
    },
  };
  ends.push(die);
  return stage;
}

function makeRemote(url: string, options: Partial<RemoteClassifierOptions> = {}): RemoteClassifier {
  const remote = new RemoteClassifier({
    url,
    manifest,
    entry,
    host: { decodeAhead: 1, imageLimits: { pixelsMax: 1_000, framesMax: 1 }, nice: 0 },
    processes: 1,
    inFlightPerProcess: 1,
    rssBytesMax: 1_000_000_000,
    callsMax: 10,
    callMsMax: HANG_MS,
    startMsMax: HANG_MS,
    watchMs: 30,
    ...options,
  });
  ends.unshift(() => remote.close(0));
  return remote;
}

async function started(options: Partial<RemoteClassifierOptions> = {}): Promise<[Stage, RemoteClassifier]> {
  const stage = await setStage();
  const remote = makeRemote(stage.url, options);
  await remote.start();
  stage.inferred = 0;
  return [stage, remote];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-remote-'));
  await writeTinyModel(folder, 'mean');
  await writeFile(join(folder, 'white'), Buffer.from(WHITE_GIF, 'base64'));
  manifest = await openManifest(folder, TINY);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(() => rm(folder, { recursive: true }));

describe('the start of a remote classifier', () => {
  const tensor = (name: string, datatype: string, shape: number[]) => ({ name, datatype, shape });

  it.each<[string, Partial<Stage>, RegExp]>([
    [
      'serves another model',
      {
        metadata: json(200, {
          inputs: [tensor('image', 'FP32', [-1, 16, 16, 3])],
          outputs: [tensor('probs', 'FP32', [-1, 5])],
          parameters: { sha256: 'other' },
        }),
      },
      /input `image` is "FP32".*; output `probs` has shape \[-1,5\], expected \[-1,3\]; serves SHA-256 "other"/,
    ],
    [
      'does not know the model',
      { metadata: json(404, { error: 'unknown' }) },
      /has no \/v2\/models\/tiny\/versions\/1\.0\.0/,
    ],
    ['refuses the key', { metadata: json(401, { error: 'who?' }) }, /refuses the key \(401\)/],
    ['sends us elsewhere', { metadata: json(302, {}, { location: 'http://127.0.0.1:1/' }) }, /answers 302/],
    ['answers with garbage', { metadata: (response) => void response.end('<html>') }, /no JSON object/],
    ['never answers', { metadata: hang }, /is not there after 2500 ms: .*no answer within/],
    ['is never ready', { ready: false }, /is not there after 2500 ms: the model is not ready/],
    ['gives no scores', { infer: binary(NaN) }, /serves the model, but the server gave numbers that are no scores/],
  ])('is refused when the server %s', async (_fault, fault, message) => {
    const stage = await setStage();
    Object.assign(stage, fault);
    const isLate = message.source.includes('is not there');
    const remote = makeRemote(stage.url, isLate ? { startMsMax: LATE_MS } : {});
    await expect(remote.start()).rejects.toMatchObject({
      name: isLate ? 'ClassifierNotStarted' : 'ClassifierRefused',
      message: expect.stringMatching(message),
    });
    expect(remote.isReady).toBe(false);
    expect(remote.state().rssBytes).toBe(0);
  });

  it('is refused when nobody listens, after a while', async () => {
    const stage = await setStage();
    await stage.die();
    await expect(makeRemote(stage.url, { startMsMax: LATE_MS }).start()).rejects.toMatchObject({
      name: 'ClassifierNotStarted',
      message: expect.stringMatching(/is not there after 2500 ms: .*ECONNREFUSED/),
    });
  });

  it('waits for a server that comes late', async () => {
    const stage = await setStage();
    await stage.die();
    const remote = makeRemote(stage.url, { key: 'secret' });
    const start = remote.start();
    await stage.rise();
    expect(await start).toMatchObject({ id: TINY });
    expect(stage.key).toBe('Bearer secret');
  });

  it('ends when it is closed meanwhile', async () => {
    const stage = await setStage();
    stage.ready = false;
    const remote = makeRemote(stage.url);
    const [start] = await Promise.allSettled([remote.start(), remote.close(0)]);
    expect(start).toMatchObject({ reason: { name: 'ClassifierUnavailable' } });
  });
});

describe('a server that serves a variant', () => {
  const variant = (): ModelManifest => ({ ...manifest, name: 'tiny_int8', sha256: 'b'.repeat(64) });
  const metadata = (): Deed =>
    json(200, { ...oipMetadata(oipModel(manifest)), parameters: { sha256: 'b'.repeat(64), model: 'tiny_int8/1.0.0' } });

  it('is taken, and what it serves is what the scores are of', async () => {
    const stage = await setStage();
    stage.metadata = metadata();
    const remote = makeRemote(stage.url, { variants: [variant()] });
    expect(await remote.start()).toMatchObject({ id: 'tiny_int8/1.0.0', sha256: 'b'.repeat(64) });
    expect(remote.model.id).toBe('tiny_int8/1.0.0');
    expect(remote.manifest).toEqual(variant());
  });

  it('is refused where that variant is not known or not wanted', async () => {
    const stage = await setStage();
    stage.metadata = metadata();
    await expect(makeRemote(stage.url).start()).rejects.toThrow(/serves SHA-256 "b+" of "tiny_int8\/1.0.0", not /);
  });

  it('and comes back with its model is not asked: rows would name the wrong file', async () => {
    const waits: string[] = [];
    const onWaiting = (why: string): void => void waits.push(why);
    const [stage, remote] = await started({ variants: [variant()], onWaiting });
    await stage.die();
    await eventually('it is not ready', () => !remote.isReady);
    expect(waits).toEqual([expect.stringMatching(/does not answer/)]);
    let asked = 0;
    stage.metadata = (response, views) => {
      asked += 1;
      metadata()(response, views);
    };
    await stage.rise();
    await eventually('it has said what it serves, twice', () => asked >= 2);
    expect([remote.isReady, remote.model.id]).toEqual([false, TINY]);
  });
});

describe('a server that hangs', () => {
  it('holds nobody for longer than they have', async () => {
    const [stage, remote] = await started({ callMsMax: 600_000, callsMax: 40 });
    stage.infer = hang;
    const timeout = { name: 'ClassifierFailed', reason: 'timeout' };
    // more than may be under way: some wait for their turn until their time is up
    const views = Array.from({ length: 6 }, () => remote.infer([VIEW], { timeoutMs: 50 }));
    const images = remote.classify([{ path: join(folder, 'white') }], { timeoutMs: 100 });
    for (const call of [...views, images]) await expect(call).rejects.toMatchObject(timeout);
    expect(remote.state()).toMatchObject({ inFlight: 0, queued: 0, replaced: 0 });
  });

  it('holds no decoder here: what waits for it was handed over, and what could not be decoded was not', async () => {
    const [stage, remote] = await started();
    let handedOver = 0;
    const onHandedOver = (): void => void (handedOver += 1);
    await expect(remote.classify([{ path: join(folder, 'nothing') }], { onHandedOver })).rejects.toThrow();
    expect(handedOver).toBe(0);
    stage.infer = hang;
    const call = remote.classify([{ path: join(folder, 'white') }], { onHandedOver });
    call.catch(() => undefined);
    await eventually('it is handed over', () => handedOver === 1);
    expect(remote.state()).toMatchObject({ busy: 0, inFlight: 1 });
  });

  it('moves the number that may be under way', async () => {
    const limits: number[] = [];
    const [stage, remote] = await started({ onLimit: (inFlight) => limits.push(inFlight) });
    expect(limits).toEqual([4]);
    stage.infer = hang;
    await expect(remote.infer([VIEW], { timeoutMs: 20 })).rejects.toMatchObject({ reason: 'timeout' });
    expect(limits).toEqual([4, 3]);
  });
});

describe('a server that fails a request', () => {
  it.each<[string, Deed, Record<string, unknown>]>([
    ['answers with garbage', (response) => void response.end('<html>'), { reason: 'invalid-output' }],
    ['sends us elsewhere', json(307, {}, { location: '/' }), { reason: 'invalid-output' }],
    ['gives NaN', binary(NaN), { reason: 'invalid-output' }],
    ['gives a score above 1', binary(1.5), { reason: 'invalid-output' }],
    ['announces other bytes', binary(0.5, 8), { reason: 'invalid-output' }],
    ['gives a row too many', json(200, outputOf(2)), { reason: 'invalid-output' }],
    ['gives a number too few', json(200, outputOf(1, { data: [0.5, 0.5] })), { reason: 'invalid-output' }],
    ['gives texts', json(200, outputOf(1, { data: ['a', 'b', 'c'] })), { reason: 'invalid-output' }],
    ['gives another output', json(200, outputOf(1, { name: 'features' })), { reason: 'invalid-output' }],
    ['does not end its answer', endless, { reason: 'invalid-output' }],
    ['refuses the request', json(400, { error: 'shape' }), { reason: 'invalid-output' }],
    ['breaks', json(500, { error: 'oops' }), { reason: 'crashed' }],
    ['is full', json(503, { error: 'full' }, { 'retry-after': '1' }), { name: 'ClassifierOverloaded' }],
    ['has had too many', json(429, { error: 'slowly' }), { name: 'ClassifierOverloaded' }],
    ['lacks something', json(503, { error: 'no' }), { name: 'ClassifierUnavailable' }],
    [
      'lacks something, as we say it',
      json(503, { error: 'no', code: 'dependency-late' }, { 'retry-after': '1' }),
      { name: 'ClassifierUnavailable' },
    ],
  ])('and %s costs that call', async (_how, deed, error) => {
    const [stage, remote] = await started();
    stage.infer = deed;
    await expect(remote.infer([VIEW])).rejects.toMatchObject(error);
    expect(stage.inferred).toBe(1);
    stage.infer = good;
    await eventually('it is asked again', () => remote.isReady);
    expect((await remote.classify([{ path: join(folder, 'white') }])).outcomes).toMatchObject([
      { kind: 'scored', views: [[0.5, 0.5, 0.5]] },
    ]);
    expect(remote.state()).toMatchObject({ inFlight: 0, queued: 0, replaced: 0 });
  });

  it('and hangs costs that call', async () => {
    const [stage, remote] = await started({ callMsMax: LATE_MS });
    stage.infer = hang;
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(stage.inferred).toBe(1);
    stage.infer = good;
    await eventually('it scores again', async () => (await remote.infer([VIEW])).scores.length === 1);
    expect(remote.state()).toMatchObject({ inFlight: 0, queued: 0 });
  });

  it('and breaks the connection is asked once more', async () => {
    const [stage, remote] = await started();
    stage.infer = (response, views) => {
      stage.infer = good;
      cut(response, views);
    };
    expect(await remote.infer([VIEW])).toMatchObject({ scores: [[0.5, 0.5, 0.5]] });
    expect(stage.inferred).toBe(2);
  });

  it('and breaks it twice is let alone until it is seen to be there', async () => {
    const [stage, remote] = await started({ watchMs: HANG_MS });
    stage.infer = cut;
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    expect(stage.inferred).toBe(2);
    expect(remote.isReady).toBe(false);
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    expect(stage.inferred).toBe(2);
  });

  it('and dies in the middle of an answer fails the call', async () => {
    const [stage, remote] = await started();
    stage.infer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => void stage.die());
    };
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });
});

describe('a server that goes away', () => {
  it('is noticed, and noticed when it is back, and its calls are refused meanwhile', async () => {
    let rooms = 0;
    const [stage, remote] = await started({ onRoom: () => (rooms += 1) });
    await stage.die();
    await eventually('it is not ready', () => !remote.isReady);
    expect(remote.room).toBe(0);
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    const before = rooms;
    await stage.rise();
    await eventually('it is ready', () => remote.isReady);
    expect(rooms).toBeGreaterThan(before);
    expect(await remote.infer([VIEW])).toMatchObject({ scores: [[0.5, 0.5, 0.5]] });
  });

  it('and comes back with another model is not asked', async () => {
    const [stage, remote] = await started();
    let asked = 0;
    await stage.die();
    await eventually('it is not ready', () => !remote.isReady);
    stage.metadata = (response, views) => {
      asked += 1;
      json(200, { ...oipMetadata(oipModel(manifest)), parameters: { sha256: 'other' } })(response, views);
    };
    await stage.rise();
    await eventually('it has said what it serves, three times', () => asked >= 3);
    expect(remote.isReady).toBe(false);
  });
});

describe('a model that is exchanged while its server stays', () => {
  it('is noticed by the next look, and so is that it is back', async () => {
    const waits: string[] = [];
    const [stage, remote] = await started({ onWaiting: (why) => void waits.push(why) });
    const ours = stage.metadata;
    stage.metadata = json(200, { ...oipMetadata(oipModel(manifest)), parameters: { sha256: 'other' } });
    await eventually('it is not ready', () => !remote.isReady);
    expect(waits).toEqual([expect.stringMatching(/serves SHA-256 "other"/)]);
    await expect(remote.infer([VIEW])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    expect(stage.inferred).toBe(0);
    stage.metadata = ours;
    await eventually('it is ready', () => remote.isReady);
    expect(await remote.infer([VIEW])).toMatchObject({ scores: [[0.5, 0.5, 0.5]] });
  });
});

describe('a recipe with several looks', () => {
  it('sends all views of an image, in requests as large as they may be, and says what each shows', async () => {
    const preprocessing = { ...manifest.preprocessing, looks: LOOKS };
    const host = { decodeAhead: 1, imageLimits: { pixelsMax: 10_000, framesMax: 1 }, nice: 0 };
    const [stage, remote] = await started({ manifest: { ...manifest, preprocessing }, host, batchMax: 4 });
    const sizes: number[] = [];
    stage.infer = (response, views) => {
      sizes.push(views);
      good(response, views);
    };
    const path = join(folder, 'large');
    const white = new Uint8Array(80 * 80 * 3).fill(255);
    await openPixels(white, { width: 80, height: 80, channels: 3 }).png().toFile(path);
    const [outcome] = (await remote.classify([{ path }])).outcomes;
    expect(sizes.sort()).toEqual([2, 4]);
    if (outcome?.kind !== 'scored') throw new Error('not scored');
    expect(outcome.views).toHaveLength(6);
    expect(outcome.viewNames.map(({ look }) => look)).toEqual([...LOOKS, 'tiles', 'tiles', 'tiles']);
  });
});

describe('requests under way', () => {
  it('are bounded, and the others wait in order', async () => {
    const [stage, remote] = await started({ callsMax: 40 });
    const held: (() => void)[] = [];
    let most = 0;
    let under = 0;
    stage.infer = (response, views) => {
      under += 1;
      most = Math.max(most, under);
      held.push(() => {
        under -= 1;
        good(response, views);
      });
    };
    const calls = Array.from({ length: 30 }, () => remote.infer([VIEW]));
    await eventually('four are there', () => held.length === 4);
    expect(remote.state()).toMatchObject({ inFlight: 30, queued: 26 });
    expect(remote.room).toBe(0);
    const all = Promise.all(calls);
    const letGo = setInterval(() => held.shift()?.(), 2);
    try {
      expect(await all).toHaveLength(30);
    } finally {
      clearInterval(letGo);
    }
    expect(most).toBeLessThanOrEqual(16);
  });
});
