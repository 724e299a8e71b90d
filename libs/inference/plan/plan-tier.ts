import { loadavg } from 'node:os';
import type { Plan } from '#contracts/plan-answer.js';
import { keepPlan, keptPlan } from './plan-cache.js';
import { planKey } from './plan-key.js';
import { planMachine } from './plan-machine.js';
import { planModels } from './plan-models.js';
import { measurePlan } from './measure-plan.js';
import type { PlanOptions } from './plan-options.js';

/**
 * How a tier runs on this machine: which variant, how many processes and threads, how many images in one run. Measured
 * at the first start, and again when models, machine or settings have changed; otherwise taken from `folder`.
 *
 * @throws StartRefused when what the operator has fixed cannot be served or cannot keep the promise; ModelRefused or
 *   ClassifierRefused when the model cannot be served; what `signal` was aborted with
 */
export async function planTier(options: PlanOptions): Promise<Plan> {
  const [machine, models] = await Promise.all([planMachine(), planModels(options.modelRoot, options.model)]);
  const key = planKey(options, machine, models);
  const kept = options.fresh === true ? undefined : await keptPlan(options.folder, key);
  if (kept !== undefined && !(options.renew === true && isDoubtful(kept))) return { ...kept, cached: true };
  const plan = await measurePlan(options, machine, models);
  await keepPlan(options.folder, key, plan);
  return plan;
}

/** Whether a plan was measured while others had the cores, and they are free now. */
export function isDoubtful(
  { loadBefore, machine }: Pick<Plan, 'loadBefore' | 'machine'>,
  load = loadavg()[0],
): boolean {
  return load !== undefined && loadBefore > machine.cores / 2 && load < Math.min(loadBefore, machine.cores) / 2;
}
