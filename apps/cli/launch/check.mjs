import os from 'node:os';
import { lockFaults } from './complete-lock.mjs';
import { writeKnipTsConfig } from './knip-tsconfig.mjs';
import { inModules } from './paths.mjs';
import { seconds } from './progress.mjs';
import { run } from './run.mjs';

const STEP_LIMIT_MS = 10 * 60_000;
/** More would only make each step slower, and their memory adds up: types and lint need over 1 GB each. */
const PARALLEL_MAX = 2;

/** What can be told without running anything; the longest first, so that the short ones fill the end. */
const listSteps = () => [
  { name: 'lint', args: [inModules('eslint/bin/eslint.js'), '.', '--max-warnings=0'] },
  { name: 'types', args: [inModules('typescript/bin/tsc'), '-p', '.'] },
  { name: 'types of the core', args: [inModules('typescript/bin/tsc'), '-p', 'libs/moderation'] },
  { name: 'types of the pages', args: [inModules('typescript/bin/tsc'), '-p', 'apps/console/web'] },
  {
    name: 'import walls',
    args: [inModules('dependency-cruiser/bin/dependency-cruise.mjs'), 'apps', 'libs', 'migrations'],
  },
  { name: 'unused code', args: [inModules('knip/bin/knip.js'), '--tsConfig', writeKnipTsConfig()] },
  { name: 'format', args: [inModules('prettier/bin/prettier.cjs'), '--check', '.'] },
];

/**
 * Runs all checks, two at a time: a line for each, and what failed ones wrote; the last line is `N passed, N failed`.
 * @returns {Promise<number>} the exit code
 */
export async function check() {
  let failed = report('lock file', 0, lockFaults()) ? 0 : 1;
  const waiting = listSteps();
  const count = waiting.length + 1;
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const started = performance.now();
      const { code, output } = await run(process.execPath, step.args, { output: 'capture', limitMs: STEP_LIMIT_MS });
      const faults = code === 0 ? '' : output || `ended with code ${code}`;
      if (!report(step.name, performance.now() - started, faults)) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_MAX, os.availableParallelism()) }, worker));
  console.log(`${count - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function report(name, ms, faults) {
  console.log(`${name.padEnd(20)} ${seconds(ms).padStart(7)}  ${faults === '' ? 'ok' : 'FAILED'}`);
  if (faults !== '') console.log(`${faults.trimEnd()}\n`);
  return faults === '';
}
