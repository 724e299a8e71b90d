import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inModules } from './paths.mjs';
import { run } from './run.mjs';

/** What Node needs to run Jest on ES modules, without telling in each worker that this is an experiment. */
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** A Jest run as arguments of Node. */
export function jestCommand(args) {
  return [...NODE_FLAGS, inModules('jest/bin/jest.js'), ...args];
}

/**
 * Runs Jest with `args`, its output in the terminal; the last line is `N passed, N failed`.
 * @returns {Promise<number>} the exit code
 */
export async function runTests(args) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'portcullis-jest-'));
  const file = path.join(directory, 'result.json');
  try {
    const { code } = await run(process.execPath, jestCommand([...args, '--json', `--outputFile=${file}`]), {
      output: 'inherit',
    });
    const { passed, failed } = count(file, code);
    console.log(`${passed} passed, ${failed} failed`);
    return code;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A file that could not be run counts as one failure, and so does a Jest that ended without a result. */
function count(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed) };
}
