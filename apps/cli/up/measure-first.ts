import { drawSample } from '#imaging/draw-samples.js';
import { planTier } from '#inference/plan/plan-tier.js';
import { fastPlan } from '#inference/plan/tier-options.js';
import type { Settings } from '#settings/settings.js';

const ENTRY = new URL('../../upload/classifier-process.js', import.meta.url);

/**
 * Measures the fast tier before the services start, so that they do not disturb it; the upload service finds the plan.
 * Nothing is measured where a plan is kept, unless it was made on a busy machine that is calm now, or where the model
 * runs elsewhere.
 */
export async function measureFirst(
  settings: Settings,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (settings.fast.inferenceUrl !== undefined) return;
  const options = fastPlan(settings, { entry: ENTRY, draw: drawSample, renew: true, signal });
  const { cached, tookMs, chosen } = await planTier(options);
  if (!cached) onLine(`plan     * measured in ${(tookMs / 1_000).toFixed(1)} s: ${chosen.reason}`);
}
