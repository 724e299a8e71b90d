import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Plan } from '#contracts/plan-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { Product } from '../support/product.js';

const EXIT_BAD_SETTINGS = 78;
/** More than twice one picture, unless a machine is very busy, and less than twice sixteen. */
const SLO_MS = 150;

let product: Product;
let jpeg: Uint8Array;

beforeAll(async () => {
  product = await Product.open();
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  await product.upload.start();
});
afterAll(() => product.close());

async function plan(): Promise<Plan> {
  const admin = product.client.with(await product.addKey('admin', null, []));
  return (await admin.get<Plan>('/v1/plan')).body;
}

describe('an upload service refuses to start', () => {
  it('with a batch that breaks the promise, and names the largest that keeps it', async () => {
    const settings = { FAST_BATCH_MAX: '16', FAST_SLO_MS: String(SLO_MS) };
    const service = product.another('upload', settings);
    await service.launch();
    await service.writes(
      /FAST_BATCH_MAX=16 cannot be served on this machine: .*; (the largest legal batch is [1248]|no batch is legal)"/,
    );
    expect(await service.gone()).toEqual({ code: EXIT_BAD_SETTINGS, signal: null });
  });

  it('with the int8 variant of a model that has none', async () => {
    const service = product.another('upload', { FAST_MODEL: 'mobilenet_v2_mid/1.0.0', FAST_VARIANT: 'int8' });
    await service.launch();
    await service.writes(/mobilenet_v2_mid\/1\.0\.0 has no int8 variant/);
    expect(await service.gone()).toEqual({ code: EXIT_BAD_SETTINGS, signal: null });
  });
});

describe('a plan', () => {
  it('is remembered for the next start with the same settings', async () => {
    expect((await plan()).cached).toBe(false);
    await product.upload.end('SIGTERM');
    await product.upload.start();
    expect((await plan()).cached).toBe(true);
    await product.upload.end('SIGTERM');
    await product.upload.start({ FAST_SLO_MS: '4000' });
    expect(await plan()).toMatchObject({ cached: false, sloMs: 4_000 });
  });
});

describe('an int8 variant that is set', () => {
  it('serves, and what it says is stored under its own name', async () => {
    await product.upload.end('SIGTERM');
    await product.upload.start({ FAST_VARIANT: 'int8' });
    expect((await plan()).chosen.modelRef).toBe('mobilenet_v2_int8/1.0.0');
    expect((await product.client.get('/v2/models/mobilenet_v2_int8')).status).toBe(200);
    // under its model's name too, saying which file it is
    expect(await product.client.get('/v2/models/mobilenet_v2')).toMatchObject({
      status: 200,
      body: { parameters: { model: 'mobilenet_v2_int8/1.0.0' } },
    });
    const { body } = await product.client.upload(jpeg);
    expect(body.decision).toMatchObject({ source: 'fast', verdict: 'allow' });
    expect(await modelsOf(body.id)).toEqual(['mobilenet_v2_int8/1.0.0']);
    await product.batch({ HEAVY_VARIANT: 'int8', HEAVY_MODEL: 'inception_v3/1.1.0' }).start();
    await product.settled();
    expect(await modelsOf(body.id)).toEqual(['inception_v3_int8/1.1.0', 'mobilenet_v2_int8/1.0.0']);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});

async function modelsOf(assetId: string): Promise<string[]> {
  const rows = await product.rows<{ model_id: string }>(
    `SELECT model_id FROM classification WHERE asset_id = $1 ORDER BY model_id`,
    [assetId],
  );
  return rows.map(({ model_id }) => model_id);
}
