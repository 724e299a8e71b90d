import { createRequire } from 'node:module';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import express from 'express';
import multer from 'multer';
import { load, type ModelDefinition } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import sharp from 'sharp';

/*
 * The peer of the upload benchmark: image moderation as it is usually built on Node. Express with multer, nsfwjs with its
 * default model (the one our fast tier serves, too), everything in one process; nothing is stored. Its README decodes
 * with jpeg-js, or with tfjs-node, which cannot be installed everywhere; this takes the fastest common way instead: sharp
 * decodes and scales in its own threads, and TensorFlow.js runs on WebAssembly with SIMD.
 */
const SIDE = 224;
const WARM_UP_RUNS = 5;

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(`${path.dirname(wasm)}/`);
await tf.setBackend('wasm');
await tf.ready();
const model = await load('MobileNetV2', { modelDefinitions: [definition(MobileNetV2Model)] });

async function classify(file: Buffer): Promise<unknown> {
  const pixels = await sharp(file).resize(SIDE, SIDE, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const image = tf.tensor3d(new Int32Array(pixels), [SIDE, SIDE, 3], 'int32');
  try {
    return await model.classify(image);
  } finally {
    image.dispose();
  }
}

/** The declarations of nsfwjs do not resolve under ESM: its model definitions come untyped. */
function definition(value: unknown): ModelDefinition {
  if (isDefinition(value)) return value;
  throw new Error('nsfwjs has no model definition of this name');
}

function isDefinition(value: unknown): value is ModelDefinition {
  return typeof value === 'object' && value !== null && 'modelJson' in value && 'weightBundles' in value;
}

const grey = { create: { width: SIDE, height: SIDE, channels: 3, background: 'grey' } } as const;
const sample = await sharp(grey).jpeg().toBuffer();
for (let run = 0; run < WARM_UP_RUNS; run += 1) await classify(sample);

const app = express();
const upload = multer({ storage: multer.memoryStorage() });
app.post('/', upload.single('file'), async (request, response) => {
  if (request.file === undefined) response.status(400).json({ error: 'send a file' });
  else response.json(await classify(request.file.buffer));
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
});
process.once('disconnect', () => process.exit(0));
