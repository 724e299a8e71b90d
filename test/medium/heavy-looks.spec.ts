import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { LOOKS, type ViewName } from '#contracts/prepared-image.js';
import { TINY, TINY_LOOKING, writeTinyModel } from '../faults/fixtures/tiny-model.js';
import { Product } from '../support/product.js';

const SIDE = 96;
const PIECE = 48;

let product: Product;
let models: string;
beforeAll(async () => {
  models = await mkdtemp(path.join(os.tmpdir(), 'portcullis-models-'));
  await writeTinyModel(models, 'mean');
  await writeTinyModel(models, 'mean', LOOKS);
  product = await Product.open({ settings: { MODEL_ROOT: models, FAST_MODEL: TINY, HEAVY_MODEL: TINY_LOOKING } });
  await product.upload.start();
});
afterAll(async () => {
  await product.close();
  await rm(models, { recursive: true, force: true });
});

/** Red is neutral to the model, green explicit: all of a corner is, and little of the whole. */
const greenCorner = (): Promise<Buffer> => {
  const square = (side: number, background: string) => ({
    create: { width: side, height: side, channels: 3 as const, background },
  });
  const corner = { input: square(PIECE, '#00ff00'), left: SIDE - PIECE, top: 0 };
  return sharp(square(SIDE, '#ff0000')).composite([corner]).png().toBuffer();
};

interface Stored {
  readonly tier: string;
  readonly views: number;
  readonly scores: number[];
  readonly viewScores: number[][] | null;
  readonly viewNames: ViewName[] | null;
}

it('judges by the worst of all views, and keeps what each was scored', async () => {
  const { body } = await product.client.upload(await greenCorner());
  expect(body.decision).toMatchObject({ verdict: 'allow', source: 'fast' });
  const batch = product.batch();
  await batch.start();
  await product.settled();
  const { body: settled } = await product.client.get<AssetAnswer>(`/v1/assets/${body.id}`);
  expect(settled).toMatchObject({ served: false, transition: 'late_block', decision: { source: 'heavy' } });

  const rows = await product.rows<Stored>(
    `SELECT tier, views, scores::float8[], view_scores::float8[] AS "viewScores", view_names AS "viewNames"
     FROM classification ORDER BY tier`,
  );
  expect(rows[0]).toMatchObject({ tier: 'fast', views: 1, viewScores: null, viewNames: null });
  const { views, viewNames, viewScores, scores } = rows[1] ?? {};
  expect(views).toBe(6);
  expect(viewNames?.map(({ look, tile }) => (tile === undefined ? look : `${tile.left},${tile.top}`))).toEqual([
    'reference',
    'antialiased',
    '0,0',
    '42,0',
    '0,42',
    '42,42',
  ]);
  const explicit = (viewScores ?? []).map(([, green]) => green ?? NaN);
  expect(Math.max(...explicit.slice(0, 2))).toBeLessThan(0.3);
  expect(explicit[3]).toBeGreaterThan(0.7);
  expect(scores).toEqual(
    [0, 1, 2].map((at) => Math[at === 0 ? 'min' : 'max'](...(viewScores ?? []).map((row) => row[at] ?? NaN))),
  );
  expect(await batch.metric('portcullis_heavy_views_total', { look: 'tiles' })).toBe(4);
  expect(await batch.metric('portcullis_heavy_view_seconds_total', { look: 'antialiased' })).toBeGreaterThan(0);
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
});
