import type { ServedModel } from '../classifier/protocol.js';
import type { ModelManifest } from '../models/manifest.js';
import { modelId } from '../models/repository.js';

/** A model as its tier knows it, by its manifest. */
export function modelOf(manifest: ModelManifest): ServedModel {
  const { sha256, classes, preprocessing } = manifest;
  const labels = classes.flatMap((name) => manifest.labels[name] ?? []);
  return { id: modelId(manifest), sha256, classes, labels, preprocessing };
}
