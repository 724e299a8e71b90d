import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import type { TestClient } from '../support/test-client.js';
import type { Environment, TestService } from '../support/test-service.js';

let product: Product;
/** The service that runs the model; the product's own asks it. */
let server: TestService;
let pictures: readonly Uint8Array[];
let remote: Environment;

beforeAll(async () => {
  [product, pictures] = await Promise.all([
    Product.open(),
    // of several kinds: frames, transparency, a turned one
    Promise.all(
      [0, 2, 9, 11, 12].map((index) => drawSample(index, { width: 160, height: 120 }).then((one) => one.bytes)),
    ),
  ]);
  server = product.another('upload');
  await server.start();
  const key = await product.addKey('client', product.client.id, ['scores']);
  remote = { FAST_INFERENCE_URL: server.url, FAST_INFERENCE_KEY: key };
  await product.upload.start(remote);
});
afterAll(() => product.close());

const upload = async (client: TestClient, picture = pictures[0]): Promise<AssetAnswer> =>
  (await client.upload(picture ?? new Uint8Array())).body;

describe('a fast tier whose model runs on another server', () => {
  it('gives the scores that this server gives by itself', async () => {
    for (const picture of pictures) {
      const here = await upload(product.client.at(server.url), picture);
      const there = await upload(product.client, picture);
      expect(there.decision).toMatchObject({ source: 'fast', verdict: here.decision.verdict });
      expect(there.labels).toHaveLength(5);
      for (const [index, { label, score }] of (here.labels ?? []).entries()) {
        expect(there.labels?.[index]?.label).toBe(label);
        expect(there.labels?.[index]?.score).toBeCloseTo(score, 6);
      }
    }
    const models = await product.rows(`SELECT DISTINCT model_id FROM classification`);
    expect(models).toEqual([{ model_id: 'mobilenet_v2/1.1.0' }]);
  });

  it('has no plan, and says so', async () => {
    const admin = product.client.with(await product.addKey('admin', null, []));
    const { status, body } = await admin.get('/v1/plan');
    expect([status, body['code']]).toEqual([404, 'not-found']);
    expect((await admin.at(server.url).get('/v1/plan')).status).toBe(200);
  });

  it('is not ready while the server is away, withholds what comes, and sees again when it is back', async () => {
    await server.end('SIGKILL');
    // who comes before the loss is noticed has the same answer
    const early = [await upload(product.client), await upload(product.client)];
    for (const answer of early) {
      expect(answer).toMatchObject({
        served: false,
        decision: { verdict: 'block', source: 'default', reasons: [{ code: 'fast_tier_not_ready' }] },
      });
    }
    await eventually('the loss is noticed', async () => (await product.upload.health()) === 503);
    await server.start();
    await product.upload.ready();
    expect((await upload(product.client)).decision).toMatchObject({ source: 'fast', verdict: 'allow' });
  });
});

describe('a fast tier on a server that serves a variant of its model', () => {
  it('takes it, and rows say whose scores they are', async () => {
    const other = product.another('upload', { FAST_VARIANT: 'int8' });
    const mine = product.another('upload', { ...remote, FAST_VARIANT: 'auto' });
    await other.start();
    await mine.start({ FAST_INFERENCE_URL: other.url });
    const { id, decision } = await upload(product.client.at(mine.url));
    expect(decision).toMatchObject({ source: 'fast', verdict: 'allow' });
    const rows = await product.rows(`SELECT model_id FROM classification WHERE asset_id = $1 AND tier = 'fast'`, [id]);
    expect(rows).toEqual([{ model_id: 'mobilenet_v2_int8/1.0.0' }]);
    await Promise.all([other.stop(), mine.stop()]);
  });
});

describe('a fast tier whose server is not there', () => {
  it('says at once where it looks, and is not ready for that reason', async () => {
    const service = product.another('upload', { ...remote, FAST_INFERENCE_URL: 'http://127.0.0.1:1' });
    await service.launch();
    await service.writes(/http:\/\/127\.0\.0\.1:1".*cannot be asked: check FAST_INFERENCE_URL/);
    const health = await fetch(`${service.url}/health/ready`);
    const missing = { 'fast tier': expect.stringMatching(/inference server does not answer/) };
    expect([health.status, await health.json()]).toMatchObject([503, { missing }]);
    await service.stop();
  });
});

describe('a fast tier refuses to start', () => {
  it.each<[string, () => Environment, RegExp]>([
    ['with another model than the server has', () => ({ FAST_MODEL: 'mobilenet_v2/1.0.0' }), /has no .*mobilenet_v2/],
    ['with a key that the server does not know', () => ({ FAST_INFERENCE_KEY: 'pck_nobody' }), /refuses the key/],
    ['with a key that may not see scores', () => ({ FAST_INFERENCE_KEY: product.stranger.secret }), /refuses the key/],
    [
      'with a batch that is too long for its SLO',
      () => ({ FAST_BATCH_MAX: '16', FAST_SLO_MS: '20' }),
      /FAST_BATCH_MAX=16 cannot be served by the inference server.*the largest legal batch is \d/,
    ],
  ])('%s', async (_case, wrong, words) => {
    const service = product.another('upload', { ...remote, ...wrong() });
    expect((await service.refused()).code).toBeGreaterThan(0);
    await service.writes(words);
  });
});

describe('the heavy tier', () => {
  it('settles everything, whoever looked at it first', async () => {
    await product.batch().start();
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
