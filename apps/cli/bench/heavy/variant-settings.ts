import { planModels } from '#inference/plan/plan-models.js';
import { ROOT } from '#service/run-service.js';
import { readSettings, type Settings } from '#settings/settings.js';

export type HeavyVariant = 'f32' | 'int8';

/** What the published runs were measured with, where nothing is set: a plan may find something else on each machine. */
const UNSET = { batchSize: 8, inferenceBatch: 1 };

/**
 * The settings of a batch service that serves one variant of its model and no other, in batches that are the same
 * everywhere. @throws Error when there is none
 */
export async function variantSettings(variant: HeavyVariant): Promise<Settings> {
  const settings = readSettings(process.env, ROOT);
  const { base, int8 } = await planModels(settings.modelRoot, settings.heavy.model);
  const model = variant === 'int8' ? int8?.modelRef : base.modelRef;
  if (model === undefined) throw new Error(`${settings.heavy.model} has no int8 variant: use --variant f32`);
  const { heavy } = settings;
  const batchSize = heavy.batchSize === 0 ? UNSET.batchSize : heavy.batchSize;
  const inferenceBatch = heavy.inferenceBatch === 0 ? UNSET.inferenceBatch : heavy.inferenceBatch;
  return { ...settings, heavy: { ...heavy, model, variant, batchSize, inferenceBatch } };
}
