import { listVariants } from '#inference/models/list-variants.js';
import { modelId, openModel } from '#inference/models/repository.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { viewsOfDrawn, viewsOfFolder } from '../../models/picture-views.js';
import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { comparePair, type VariantComparison } from './compare-pair.js';
import { variantsResult } from './variants-result.js';

export interface VariantsBenchOptions {
  /** Turns of both files, the other one first in each second turn. */
  readonly rounds: number;
  /** Folder of photographs, to measure the agreement on, too. */
  readonly images?: string;
}

/** Ten of each kind: of fewer, the frames of one animation could decide what one view in twenty exceeds. */
const DRAWN = 170;

/** What the variants of both tiers' models cost, and how far their answers are from the models'. */
export async function benchVariants(context: BenchContext, options: VariantsBenchOptions): Promise<BenchResult> {
  const { fast, heavy, modelRoot } = readSettings(process.env, ROOT);
  const comparisons: VariantComparison[] = [];
  for (const [tier, { model: ref }] of [['fast', fast] as const, ['heavy', heavy] as const]) {
    for (const manifest of await listVariants(modelRoot, ref)) {
      const model = await openModel(modelRoot, ref);
      const variant = await openModel(modelRoot, modelId(manifest));
      const { preprocessing } = manifest;
      const { views: drawn } = await viewsOfDrawn(0, DRAWN, preprocessing);
      const photographs = options.images ? (await viewsOfFolder(options.images, preprocessing)).views : [];
      const bar = progressBar(`${tier} tier`);
      const compared = comparePair(model, variant, {
        views: { drawn, photographs },
        rounds: options.rounds,
        signal: context.signal,
        onProgress: bar.show,
      });
      comparisons.push({ tier, ...(await compared.finally(bar.end)) });
    }
  }
  return variantsResult({ rounds: options.rounds, withImages: options.images !== undefined }, comparisons);
}
