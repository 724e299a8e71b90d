import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ModelManifest } from './manifest.js';
import { ModelRefused } from './refused.js';
import { listModels, modelId, openManifest } from './repository.js';

/** What a variant must have in common with its model. */
const SAME = ['input', 'outputs', 'classes', 'labels', 'preprocessing', 'source', 'licence'] as const;

/**
 * The variants of a model version: other files that answer almost the same, maybe faster.
 *
 * @param ref `<name>/<version>` of the model they are variants of
 * @throws ModelRefused when a variant's manifest is faulty, or is not of one piece with the model's
 */
export async function listVariants(root: string, ref: string): Promise<ModelManifest[]> {
  const others = (await listModels(root)).filter((other) => other !== ref);
  const manifests = await Promise.all(others.map((other) => openManifest(root, other)));
  const variants = manifests.filter(({ variant }) => variant?.of === ref);
  for (const variant of variants) await checkVariant(root, variant);
  return variants;
}

/**
 * Checks that a variant takes the same input, answers with the same outputs and means the same by them as the model it
 * is a variant of. A manifest that is no variant passes.
 *
 * @throws ModelRefused with all differences
 */
export async function checkVariant(root: string, manifest: ModelManifest): Promise<void> {
  const { variant } = manifest;
  if (!variant) return;
  const model = await openManifest(root, variant.of);
  const faults = SAME.filter((key) => !isDeepStrictEqual(manifest[key], model[key])).map(
    (key) => `${key} differs from that of ${variant.of}, of which this is a variant`,
  );
  if (model.variant) faults.push(`variant.of is ${variant.of}, which is a variant itself`);
  if (faults.length > 0) throw new ModelRefused(path.resolve(root, modelId(manifest), 'model.json'), faults);
}
