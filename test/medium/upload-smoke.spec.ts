import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { Product } from '../support/product.js';
it('smoke', async () => {
  const t0 = performance.now();
  const lap = (w: string) => process.stdout.write(`${w} ${Math.round(performance.now() - t0)}\n`);
  const product = await Product.open({settings: process.env['HM'] ? {HEAVY_MODEL: process.env['HM']} : {}});
  lap('open');
  try {
    await product.upload.start();
    lap('upload');
    for (let i = 0; i < 8; i++) { const a = await product.client.upload((await drawSample(i, { width: 96, height: 64 })).bytes, {form: i % 2 === 0, fields: {externalId: 'x'}}); if (i===0) console.log(a.status, JSON.stringify(a.body)); }
    lap('8 uploads');
    const batch = product.batch();
    await batch.start();
    lap('batch');
    await product.settled();
    lap('settled');
    console.log(await product.verify());
    lap('verify');
    console.log(await batch.metric('portcullis_final_total'), await product.upload.metric('portcullis_uploads_total', { outcome: 'accepted' }));
    console.log(await batch.end('SIGTERM'));
    lap('term');
  } finally { await product.close(); }
  lap('close');
}, 60000);
