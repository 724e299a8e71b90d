import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openModel } from '#inference/models/repository.js';

import type { BenchContext } from '../bench-context.js';
import { temporaryFolder } from '../private-installation.js';

/** The name of the model in the folder. */
export const MODEL_NAME = 'fast';
/** Any architecture that transformers.js knows and that wants no more than the file. */
const MODEL_TYPE = 'mobilenet_v2';

/** Lays a model out as transformers.js wants to find it. @returns the folder that `MODEL_NAME` is in */
export async function layOutForTransformers(context: BenchContext, modelRoot: string, ref: string): Promise<string> {
  const { file, manifest } = await openModel(modelRoot, ref);
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, MODEL_NAME, 'onnx'), { recursive: true });
  await copyFile(file, join(folder, MODEL_NAME, 'onnx', 'model.onnx'));
  const id2label = Object.fromEntries(manifest.classes.map((name, index) => [index, name]));
  await writeFile(join(folder, MODEL_NAME, 'config.json'), JSON.stringify({ model_type: MODEL_TYPE, id2label }));
  return folder;
}
