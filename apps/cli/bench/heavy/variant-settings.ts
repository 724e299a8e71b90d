import { planModels } from '#inference/plan/plan-models.js';
import { ROOT } from '#service/run-service.js';
import { readSettings, type Settings } from '#settings/settings.js';

export type HeavyVariant = 'f32' | 'int8';

/** The settings of a batch service that serves one variant of its model and no other. @throws Error when there is none */
export async function variantSettings(variant: HeavyVariant): Promise<Settings> {
  const settings = readSettings(process.env, ROOT);
  const { base, int8 } = await planModels(settings.modelRoot, settings.heavy.model);
  const model = variant === 'int8' ? int8?.modelRef : base.modelRef;
  if (model === undefined) throw new Error(`${settings.heavy.model} has no int8 variant: use --variant f32`);
  return { ...settings, heavy: { ...settings.heavy, model, variant } };
}
