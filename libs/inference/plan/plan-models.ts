import { listVariants } from '../models/list-variants.js';
import type { ModelManifest } from '../models/manifest.js';
import { modelId, openManifest } from '../models/repository.js';
import type { VariantAgreement } from '../models/variant.js';

/** A model version that a tier could run. */
export interface PlanModel {
  readonly modelRef: string;
  readonly sha256: string;
}

/** An int8 variant, and how well it was published to agree with its base. */
export interface PlanVariant extends PlanModel {
  readonly published: VariantAgreement;
}

export interface PlanModels {
  readonly base: PlanModel;
  readonly int8: PlanVariant | undefined;
}

/**
 * The model version that a tier is set to, and the newest of its int8 variants.
 *
 * @throws ModelRefused when a manifest is missing or faulty
 */
export async function planModels(root: string, ref: string): Promise<PlanModels> {
  const base = planModel(await openManifest(root, ref));
  const variants = (await listVariants(root, ref)).flatMap((manifest) => {
    const { variant } = manifest;
    return variant?.kind === 'int8' ? [{ ...planModel(manifest), published: variant.agreement }] : [];
  });
  return { base, int8: variants.at(-1) };
}

const planModel = (manifest: ModelManifest): PlanModel => ({ modelRef: modelId(manifest), sha256: manifest.sha256 });
