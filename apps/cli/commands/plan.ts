import { Command, Option } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import type { Plan, PlanTier } from '#contracts/plan-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { planTier } from '#inference/plan/plan-tier.js';
import { fastPlan, heavyPlan } from '#inference/plan/tier-options.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { planText } from '../plan/plan-text.js';
import { progressBar } from '../progress-bar.js';

interface Options {
  readonly tier: PlanTier;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

/** The modules that the tiers' classifier processes run. */
const ENTRIES: Readonly<Record<PlanTier, URL>> = {
  fast: new URL('../../upload/classifier-process.js', import.meta.url),
  heavy: new URL('../../batch/classifier-process.js', import.meta.url),
};

/** `portcullis plan`: how a tier runs on this machine, measured, and why. */
export function planCommand(): Command {
  return new Command('plan')
    .description('show how a tier runs on this machine: what was measured, what was chosen, and why')
    .addOption(new Option('--tier <tier>', 'the tier').choices(['fast', 'heavy']).default('fast'))
    .option('--fresh', 'measure again, every batch size to the end, and keep that; best while no service is running')
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      '\nA service uses the plan that is kept for its models, machine and settings, and measures when there is none.',
    )
    .action(async (options: Options) => {
      const plan = await makePlan(options);
      process.stdout.write(options.json === true ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
    });
}

async function makePlan({ tier, fresh = false }: Options): Promise<Plan> {
  const settings = readSettings(process.env, ROOT);
  if (settings[tier].inferenceUrl !== undefined) {
    const name = `${tier.toUpperCase()}_INFERENCE_URL`;
    throw new StartRefused(`${name} is set: the model runs there, and there is nothing to measure here`);
  }
  const bar = progressBar('measured');
  try {
    const parts = { entry: ENTRIES[tier], draw: drawSample, fresh, onProgress: bar.show };
    return await planTier(tier === 'fast' ? fastPlan(settings, parts) : heavyPlan(settings, parts));
  } finally {
    bar.end();
  }
}
