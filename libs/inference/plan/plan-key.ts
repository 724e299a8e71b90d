import { createHash } from 'node:crypto';
import type { PlanMachine } from '#contracts/plan-answer.js';
import type { PlanModels } from './plan-models.js';
import type { PlanOptions } from './plan-options.js';

/** Raised when the measurement or the choice is another: kept plans are then measured again. */
const METHOD = 2;
const KEY_DIGITS = 32;

/** Names what a plan depends on: the models' bytes, the machine, and the settings that bound the choice. */
export function planKey(options: PlanOptions, machine: PlanMachine, { base, int8 }: PlanModels): string {
  const { tier, variant, processes, threads, batchMax, sloMs, rssBytesMax, nice } = options;
  const { cpu, cores, memoryBytes, node, onnxruntime } = machine;
  const facts = {
    METHOD,
    models: [base, int8].map((model) => model && [model.modelRef, model.sha256]),
    machine: { cpu, cores, memoryGb: Math.round(memoryBytes / 2 ** 30), node, onnxruntime },
    settings: { tier, variant, processes, threads, batchMax, sloMs, rssBytesMax, nice },
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, KEY_DIGITS);
}
