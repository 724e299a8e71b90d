import path from 'node:path';
import type { ModelManifest } from '../models/manifest.js';
import { fileFaults, listModels, modelId, openManifest } from '../models/repository.js';

/**
 * The file of another version that has the same bytes by its hash, where that is there and whole: versions that differ
 * in their recipe alone need not be converted twice.
 *
 * @returns an absolute path; undefined when there is none
 */
export async function twinFile(modelRoot: string, manifest: ModelManifest): Promise<string | undefined> {
  for (const ref of await listModels(modelRoot)) {
    if (ref === modelId(manifest)) continue;
    const other = await openManifest(modelRoot, ref);
    if (other.sha256 !== manifest.sha256) continue;
    const file = path.resolve(modelRoot, ref, other.file);
    if ((await fileFaults(file, other)).length === 0) return file;
  }
  return undefined;
}
