import { join } from 'node:path';
import type { VariantWish } from '#moderation/capacity/plan-variant.js';
import type { PlanOptions } from './plan-options.js';

interface TierLimits {
  readonly model: string;
  readonly variant: VariantWish;
  readonly processes: number;
  readonly callMsMax: number;
  readonly rssBytesMax: number;
}

/** The settings that a plan depends on. Who plans with the same ones finds the same plan. */
export interface PlanSettings {
  readonly home: string;
  readonly modelRoot: string;
  readonly upload: { readonly pixelsMax: number; readonly framesMax: number };
  readonly fast: TierLimits & { readonly threads: number; readonly batchMax: number; readonly sloMs: number };
  readonly heavy: TierLimits & { readonly inferenceBatch: number; readonly nice: number };
}

/** What an app adds to them. */
export type PlanParts = Pick<PlanOptions, 'entry' | 'draw'> &
  Partial<Pick<PlanOptions, 'renew' | 'fresh' | 'onProgress' | 'signal'>>;

/** Everything is measured that is not set: variant, processes, threads, batch. */
export function fastPlan(settings: PlanSettings, parts: PlanParts): PlanOptions {
  const { model, variant, processes, callMsMax, rssBytesMax, threads, batchMax, sloMs } = settings.fast;
  const limits = { model, variant, processes, callMsMax, rssBytesMax, threads, batchMax, sloMs };
  return { tier: 'fast', ...limits, nice: 0, ...placeOf(settings), ...parts };
}

/** The heavy tier promises no time; its processes are set, and its run unless that is left to measuring, as by default. */
export function heavyPlan(settings: PlanSettings, parts: PlanParts): PlanOptions {
  const { model, variant, processes, callMsMax, rssBytesMax, inferenceBatch, nice } = settings.heavy;
  const limits = { model, variant, processes, callMsMax, rssBytesMax, threads: 1, batchMax: inferenceBatch };
  return { tier: 'heavy', ...limits, sloMs: null, nice, ...placeOf(settings), ...parts };
}

function placeOf({ home, modelRoot, upload }: PlanSettings): Pick<PlanOptions, 'modelRoot' | 'folder' | 'imageLimits'> {
  const { pixelsMax, framesMax } = upload;
  return { modelRoot, folder: join(home, 'plans'), imageLimits: { pixelsMax, framesMax } };
}
