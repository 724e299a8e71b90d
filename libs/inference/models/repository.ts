import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Label } from '#moderation/label.js';
import { hashFile, isMissing } from './file.js';
import { readManifest, type ModelManifest } from './manifest.js';
import { ModelRefused } from './refused.js';

/** A verified model version: plain data, so that it can be sent to another process. */
export interface Model {
  /** `<name>/<version>`: what rows store, beside the hash. */
  readonly id: string;
  readonly sha256: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  readonly manifest: ModelManifest;
  /** The label of each class, in the order of `manifest.classes`. */
  readonly labels: readonly Label[];
}

const REFERENCE = /^[a-z0-9_-]+\/\d+\.\d+\.\d+$/;

/** All model versions under `root` that have a `model.json`, as references, sorted. */
export async function listModels(root: string): Promise<string[]> {
  const found: string[] = [];
  for await (const ref of references(root)) {
    if (await exists(path.join(root, ref, 'model.json'))) found.push(ref);
  }
  return found.sort();
}

/**
 * Reads and checks the manifest of one model version; the ONNX file need not exist yet.
 *
 * @param ref `<name>/<version>`
 * @throws ModelRefused when `model.json` is missing, faulty or another model's
 */
export async function openManifest(root: string, ref: string): Promise<ModelManifest> {
  const file = path.resolve(root, ref, 'model.json');
  if (!REFERENCE.test(ref)) throw new ModelRefused(ref, ['is not a model reference like mobilenet_v2/1.0.0']);
  const manifest = readManifest(await readJson(file), file);
  const id = modelId(manifest);
  if (id !== ref) throw new ModelRefused(file, [`describes ${id}, but lies in ${ref}`]);
  return manifest;
}

/**
 * Opens one model version and verifies its file's length and SHA-256.
 *
 * @param root directory of the model repository
 * @param ref `<name>/<version>`
 * @throws ModelRefused naming the file and every fault found in it
 */
export async function openModel(root: string, ref: string): Promise<Model> {
  const manifest = await openManifest(root, ref);
  const file = path.resolve(root, ref, manifest.file);
  const faults = await fileFaults(file, manifest);
  if (faults.length > 0) throw new ModelRefused(file, faults);
  const labels = manifest.classes.flatMap((name) => manifest.labels[name] ?? []);
  return { id: modelId(manifest), sha256: manifest.sha256, file, manifest, labels };
}

/** What is wrong with a model's file; empty when it is the one that the manifest describes. */
export async function fileFaults(file: string, manifest: ModelManifest): Promise<string[]> {
  let bytes: number;
  try {
    bytes = (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return ['is missing; build it with `npm run models`'];
    throw error;
  }
  if (bytes !== manifest.bytes) return [`has ${bytes} bytes, model.json says ${manifest.bytes}`];
  const { sha256 } = await hashFile(file);
  return sha256 === manifest.sha256 ? [] : [`has SHA-256 ${sha256}, model.json says ${manifest.sha256}`];
}

/** The identity of a model version that rows store. */
export const modelId = (manifest: ModelManifest): string => `${manifest.name}/${manifest.version}`;

async function* references(root: string): AsyncGenerator<string> {
  for (const name of await directories(root)) {
    for (const version of await directories(path.join(root, name))) {
      const ref = `${name}/${version}`;
      if (REFERENCE.test(ref)) yield ref;
    }
  }
}

async function directories(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return parsed;
  } catch (error) {
    if (isMissing(error)) throw new ModelRefused(file, ['is missing']);
    if (error instanceof SyntaxError) throw new ModelRefused(file, [`is not JSON: ${error.message}`]);
    throw error;
  }
}
