import { Problem } from '#contracts/problems.js';
import { oipModels, type OipModel } from '#inference/oip/oip-model.js';

import type { OipBackend } from './oip-backend.js';

/**
 * The model that a path names: a variant is served under the name of its model too.
 *
 * @param version left out: the one that is served
 * @throws Problem `not-found` for another one, `dependency-late` while none is known
 */
export function servedModel(backend: OipBackend, name: string, version: string | undefined): OipModel {
  const manifest = backend.manifest();
  if (manifest === undefined) throw new Problem('dependency-late', 'The model is being chosen.');
  const model = oipModels(manifest).find((one) => one.name === name && (version ?? one.version) === one.version);
  if (model === undefined) throw new Problem('not-found', 'This model or version is not served here.');
  return model;
}
