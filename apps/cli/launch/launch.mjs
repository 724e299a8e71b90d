import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build, planBuild } from './build.mjs';
import { check } from './check.mjs';
import { endWithNpm } from './end-with-npm.mjs';
import { install, isInstalled } from './install.mjs';
import { runTests } from './jest.mjs';
import { LaunchFault } from './launch-fault.mjs';
import { withLaunchLock } from './launch-lock.mjs';
import { makeModels, missingModels } from './models.mjs';
import { arePagesBuilt, buildPages } from './pages.mjs';
import { MAIN } from './paths.mjs';

/** Commands that run models. */
const NEED_MODELS = new Set(['up', 'demo', 'bench', 'test']);

/**
 * Installs and builds what is missing or has changed, then runs the command: `test`, `check` and `build` here, every
 * other one in this same process by the built program, so that signals, exit code and process id are the program's own.
 *
 * @param {string[]} args as typed
 */
export async function launch(args) {
  const [command] = args;
  endWithNpm();
  await prepare(command);
  if (command === 'build') return;
  if (command === 'test') process.exitCode = await runTests(args.slice(1));
  else if (command === 'check') process.exitCode = await check();
  else await runMain(args);
}

/** Two launches at once do this one after the other; when there is nothing to do, no lock is taken. */
async function prepare(command) {
  const isReady = () =>
    isInstalled() &&
    (command === 'check' || (isBuilt(planBuild()) && arePagesBuilt())) &&
    (!NEED_MODELS.has(command) || missingModels().length === 0);
  if (isReady()) return;
  await withLaunchLock(async () => {
    if (!isInstalled()) await install();
    if (command === 'check') return;
    const plan = planBuild();
    if (!isBuilt(plan)) await build(plan);
    if (!arePagesBuilt()) await buildPages();
    if (NEED_MODELS.has(command) && missingModels().length > 0) await makeModels();
  });
}

function isBuilt({ changed, removed }) {
  return changed.length === 0 && removed.length === 0;
}

async function runMain(args) {
  if (!existsSync(MAIN)) throw new LaunchFault(`${MAIN} was not built: this checkout is not complete.`);
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, MAIN, ...args];
  await import(pathToFileURL(MAIN).href);
}
