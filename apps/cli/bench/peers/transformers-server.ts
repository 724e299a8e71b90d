import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import express from 'express';
import multer from 'multer';

/*
 * The second peer of the upload benchmark: the same shape of server with transformers.js and our own fast model. Its
 * packages lie in a folder of their own (the first argument), the model in another (the second): transformers.js weighs
 * half a gigabyte and is installed for the measurement only.
 */
const SIDE = 224;
const WARM_UP_RUNS = 5;
const MODEL = 'fast';

/** As much of transformers.js as is needed; it is not among our packages, and so are its types. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly AutoModel: {
    from_pretrained(name: string, options: { dtype: 'fp32'; device: 'cpu' }): Promise<Model>;
  };
  readonly RawImage: { fromBlob(blob: Blob): Promise<Image> };
  readonly Tensor: new (type: 'uint8', data: Uint8Array, shape: number[]) => object;
}

type Model = (inputs: { image: object }) => Promise<Record<string, { readonly data: ArrayLike<number> }>>;

interface Image {
  readonly data: Uint8Array;
  rgb(): Image;
  resize(width: number, height: number): Promise<Image>;
}

const [packages = '', models = ''] = process.argv.slice(2);
const entry = createRequire(path.join(packages, 'package.json')).resolve('@huggingface/transformers');
const { env, AutoModel, RawImage, Tensor } = transformers(await import(pathToFileURL(entry).href));
env.allowRemoteModels = false;
env.localModelPath = models;
const model = await AutoModel.from_pretrained(MODEL, { dtype: 'fp32', device: 'cpu' });

async function classify(file: Buffer): Promise<{ probability: number }[]> {
  const image = await RawImage.fromBlob(new Blob([new Uint8Array(file)]));
  const { data } = await image.rgb().resize(SIDE, SIDE);
  const { probs } = await model({ image: new Tensor('uint8', data, [1, SIDE, SIDE, 3]) });
  return Array.from(probs?.data ?? [], (probability) => ({ probability }));
}

function transformers(value: unknown): Transformers {
  if (isTransformers(value)) return value;
  throw new Error('transformers.js is not what it was');
}

function isTransformers(value: unknown): value is Transformers {
  return typeof value === 'object' && value !== null && 'AutoModel' in value && 'RawImage' in value && 'env' in value;
}

const app = express();
const upload = multer({ storage: multer.memoryStorage() });
app.post('/', upload.single('file'), async (request, response) => {
  if (request.file === undefined) response.status(400).json({ error: 'send a file' });
  else response.json(await classify(request.file.buffer));
});

for (let run = 0; run < WARM_UP_RUNS; run += 1) {
  await model({ image: new Tensor('uint8', new Uint8Array(SIDE * SIDE * 3), [1, SIDE, SIDE, 3]) });
}
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
});
process.once('disconnect', () => process.exit(0));
