import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import type { PlanMachine } from '#contracts/plan-answer.js';
import { JsonField } from '../models/json.js';
import { effectiveCores } from './effective-cores.js';

/** What this machine is to a classifier: the same machine gives the same plan. */
export async function planMachine(): Promise<PlanMachine> {
  const { cores, reason } = await effectiveCores();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores,
    coresReason: reason,
    memoryBytes: memoryBytes(),
    node: process.versions.node,
    onnxruntime: await onnxruntimeVersion(),
  };
}

/** The cgroup's limit where there is one; without a limit the runtime says 0, or more than there is. */
function memoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Read and not imported: the runtime itself is loaded in the classifier processes only. */
async function onnxruntimeVersion(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return JsonField.strict(JSON.parse(await readFile(file, 'utf8')), file)
    .get('version')
    .text();
}
