import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { checkVariant } from '../models/list-variants.js';
import { ModelRefused } from '../models/refused.js';
import { fileFaults, listModels, modelId, openManifest } from '../models/repository.js';
import type { ModelManifest } from '../models/manifest.js';
import { CALIBRATION_FILE, readCalibration } from './calibration.js';
import { convertModel } from './convert-model.js';
import { twinFile } from './twin-file.js';

export type ModelProgress =
  { readonly step: 'converting'; readonly id: string } | ({ readonly step: 'ready' } & BuiltModel);

export interface BuiltModel {
  readonly id: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether the file was made now, or was there already. */
  readonly built: boolean;
  readonly seconds: number;
}

export interface ConvertOptions {
  /** References or names of models; all when absent. */
  readonly only?: readonly string[];
  /** Convert what is there already, too. */
  readonly force?: boolean;
  readonly onProgress?: (progress: ModelProgress) => void;
}

/** What the converter makes of a model now, beside what its `model.json` promises. */
export interface HashedModel {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly committed: { readonly sha256: string; readonly bytes: number };
}

/**
 * Builds the ONNX files that are missing from a model repository or are not what their `model.json` describes.
 * Safe to run in two processes at once: a file appears whole or not at all.
 *
 * @param modelRoot directory with `<name>/<version>/model.json`
 * @returns every chosen model, in order of reference
 * @throws ModelRefused when a manifest is faulty, or when a file just built has another hash than the committed one
 */
export async function convertModels(modelRoot: string, options: ConvertOptions = {}): Promise<BuiltModel[]> {
  const models: BuiltModel[] = [];
  for (const manifest of await chosenManifests(modelRoot, options.only)) {
    const model = await build(modelRoot, manifest, options);
    options.onProgress?.({ step: 'ready', ...model });
    models.push(model);
  }
  return models;
}

/**
 * Converts models and tells their hashes, writing nothing: for whoever changes the converter and must commit new
 * hashes, as a new version, in `model.json`.
 */
export async function hashModels(modelRoot: string, only?: readonly string[]): Promise<HashedModel[]> {
  const manifests = await chosenManifests(modelRoot, only);
  const models: HashedModel[] = [];
  for (const manifest of manifests.filter(({ source }) => source.kind === 'npm')) {
    const data = await convert(modelRoot, manifest);
    const committed = { sha256: manifest.sha256, bytes: manifest.bytes };
    models.push({ id: modelId(manifest), sha256: sha256Of(data), bytes: data.length, committed });
  }
  return models;
}

async function convert(modelRoot: string, manifest: ModelManifest): Promise<Uint8Array> {
  if (!manifest.variant) return convertModel(manifest);
  await checkVariant(modelRoot, manifest);
  return convertModel(manifest, await readCalibration(path.resolve(modelRoot, modelId(manifest), CALIBRATION_FILE)));
}

async function chosenManifests(modelRoot: string, only?: readonly string[]): Promise<ModelManifest[]> {
  const refs = await listModels(modelRoot);
  if (refs.length === 0) throw new Error(`${modelRoot} holds no models`);
  const unknown = only?.filter((choice) => !refs.some((ref) => isChosen(ref, choice))) ?? [];
  if (unknown.length > 0) throw new Error(`no such model: ${unknown.join(', ')}; there are ${refs.join(', ')}`);
  const chosen = refs.filter((ref) => only === undefined || only.some((choice) => isChosen(ref, choice)));
  return Promise.all(chosen.map((ref) => openManifest(modelRoot, ref)));
}

const isChosen = (ref: string, choice: string): boolean => ref === choice || ref.startsWith(`${choice}/`);

async function build(modelRoot: string, manifest: ModelManifest, options: ConvertOptions): Promise<BuiltModel> {
  const started = performance.now();
  const id = modelId(manifest);
  const file = path.resolve(modelRoot, id, manifest.file);
  const faults = await fileFaults(file, manifest);
  const built = manifest.source.kind === 'npm' && (faults.length > 0 || options.force === true);
  if (!built && faults.length > 0) throw new ModelRefused(file, faults);
  if (built) {
    options.onProgress?.({ step: 'converting', id });
    const twin = options.force === true ? undefined : await twinFile(modelRoot, manifest);
    const data = twin === undefined ? await convert(modelRoot, manifest) : await readFile(twin);
    await writeVerified(file, data, manifest);
  }
  const { bytes, sha256 } = manifest;
  return { id, file, bytes, sha256, built, seconds: (performance.now() - started) / 1000 };
}

async function writeVerified(file: string, data: Uint8Array, manifest: ModelManifest): Promise<void> {
  const sha256 = sha256Of(data);
  if (sha256 !== manifest.sha256) {
    const expected = `${manifest.sha256} (${manifest.bytes} bytes)`;
    throw new ModelRefused(file, [`converts to SHA-256 ${sha256} (${data.length} bytes), model.json says ${expected}`]);
  }
  // Ends in .onnx, so that what a killed process leaves behind is ignored by git as well.
  const temporary = path.join(path.dirname(file), `.${randomUUID()}.onnx`);
  try {
    await writeSynced(temporary, data);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  const { size } = await stat(file);
  if (size !== data.length) throw new ModelRefused(file, [`has ${size} bytes after writing ${data.length}`]);
}

async function writeSynced(file: string, data: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const sha256Of = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
