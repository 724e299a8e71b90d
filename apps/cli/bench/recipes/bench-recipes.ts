import { openModel } from '#inference/models/repository.js';
import { createSession } from '#inference/models/session.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { compareCandidates } from './recipe-agreement.js';
import { recipeCandidates } from './recipe-candidates.js';
import { cropped, drawnImages, enlarged, grainyImages, imagesOfFolder, type ImageSet } from './recipe-images.js';
import { timeCandidates, timedSets } from './recipe-speed.js';
import type { RecipesBenchOptions } from './recipes-bench-options.js';
import { recipesResult } from './recipes-result.js';

/** Times ways of preparing an image for the fast model, and compares the model's answers with the reference's. */
export async function benchRecipes(
  { signal, cleanup }: BenchContext,
  { images, rounds }: RecipesBenchOptions,
): Promise<BenchResult> {
  const { modelRoot, fast } = readSettings(process.env, ROOT);
  const model = await openModel(modelRoot, fast.model);
  const session = await createSession(model, { threads: 1 });
  cleanup.defer(() => session.close());
  const { size } = model.manifest.preprocessing;

  const candidates = recipeCandidates();
  const timed = await timedSets();
  const compared = await comparedSets(images);
  const bar = progressBar('recipes');
  const [steps, state] = [rounds + compared.length, { done: 0 }];
  const step = (): void => {
    signal.throwIfAborted();
    bar.show((state.done += 1), steps);
  };
  try {
    const speeds = await timeCandidates(candidates, timed, { rounds, size, onRound: step });
    const agreements = await compareCandidates(candidates, compared, { session, size, onSet: step });
    const hasFolder = images !== undefined;
    return recipesResult({ model: model.id, candidates, timed, speeds, compared, agreements, hasFolder, rounds });
  } finally {
    bar.end();
  }
}

async function comparedSets(folder: string | undefined): Promise<ImageSet[]> {
  const drawn: ImageSet[] = [
    { name: 'drawn samples', images: await drawnImages() },
    { name: 'drawn photographs of 2 megapixels, with grain', images: await grainyImages() },
  ];
  if (folder === undefined) return drawn;
  const images = await imagesOfFolder(folder);
  if (images.length === 0) throw new Error(`${folder} holds no pictures`);
  return [
    { name: 'photographs of the folder', images },
    { name: 'the same, as JPEGs of 900, 1224 and 2448 pixels', images: await enlarged(images) },
    { name: 'pieces of 2 megapixels of the larger ones', images: await cropped(images) },
    ...drawn,
  ];
}
