import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inModules } from './paths.mjs';
import { run } from './run.mjs';
import { listSpecs } from './specs.mjs';

/** What Node needs to run Jest on ES modules, without telling in each worker that this is an experiment. */
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** A Jest run as arguments of Node. */
function jestCommand(args) {
  return [...NODE_FLAGS, inModules('jest/bin/jest.js'), ...args];
}

/**
 * Runs Jest with `args`, its output in the terminal; without any, all tests: those of the whole product one after
 * another, and beside them, behind them in priority, all others, whose output follows when they are through. The last
 * line is `N passed, N failed`.
 * @returns {Promise<number>} the exit code
 */
export async function runTests(args) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'portcullis-jest-'));
  try {
    const outcomes = await Promise.all(
      listLanes(args).map((lane, index) => runLane(lane, path.join(directory, `result-${index}.json`))),
    );
    const sum = (name) => outcomes.reduce((total, outcome) => total + outcome[name], 0);
    console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
    return Math.max(...outcomes.map(({ code }) => code));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function listLanes(args) {
  if (args.length > 0 || os.availableParallelism() < 2) return [{ args, output: 'inherit' }];
  const { product, others } = listSpecs();
  return [
    { args: ['--runTestsByPath', ...product], output: 'inherit' },
    { args: ['--runTestsByPath', ...others], output: 'capture', behind: true },
  ];
}

async function runLane({ args, ...how }, file) {
  const { code, output } = await run(process.execPath, jestCommand([...args, '--json', `--outputFile=${file}`]), how);
  process.stderr.write(output);
  return { code, ...count(file, code) };
}

/** A file that could not be run counts as one failure, and so does a Jest that ended without a result. */
function count(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed) };
}
