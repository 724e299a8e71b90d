import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchFault } from './launch-fault.mjs';
import { ROOT } from './paths.mjs';
import { tell } from './progress.mjs';

const LOCK = path.join(ROOT, '.portcullis/launch.lock');
/** The holder touches its lock this often … */
const TOUCH_MS = 2_000;
/** … so one that was not touched for this long has no holder: building stops the clock for a second or two at most. */
const STALE_MS = 30_000;
/** Installing over a slow line takes minutes. */
const WAIT_LIMIT_MS = 20 * 60_000;

/** Runs `work` while no other launch in this checkout runs its own. */
export async function withLaunchLock(work) {
  mkdirSync(path.dirname(LOCK), { recursive: true });
  await acquire();
  const touch = setInterval(() => {
    const now = new Date();
    utimesSync(LOCK, now, now);
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    rmSync(LOCK, { force: true });
  }
}

async function acquire() {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  for (let told = false; !take();) {
    if (isStale()) {
      // of several that see this, one moves it away
      const moved = `${LOCK}.${process.pid}`;
      if (tryTo(() => renameSync(LOCK, moved))) rmSync(moved);
      continue;
    }
    if (performance.now() > deadline)
      throw new LaunchFault(`Another launch does not end. If there is none, remove ${LOCK}`);
    if (!told) tell('another launch installs or builds in this checkout: waiting for it');
    told = true;
    await delay(100);
  }
}

function take() {
  return tryTo(() => writeFileSync(LOCK, String(process.pid), { flag: 'wx' }));
}

function isStale() {
  const facts = statSync(LOCK, { throwIfNoEntry: false });
  if (facts === undefined) return false;
  if (Date.now() - facts.mtimeMs > STALE_MS) return true;
  let holder;
  if (!tryTo(() => (holder = Number(readFileSync(LOCK, 'utf8')))) || !(holder > 0)) return false; // just being written
  return !tryTo(() => process.kill(holder, 0), 'EPERM');
}

/** @returns whether it was done; one expected error counts as done */
function tryTo(action, expected) {
  try {
    action();
    return true;
  } catch (error) {
    if (error.code === expected) return true;
    if (['EEXIST', 'ENOENT', 'ESRCH'].includes(error.code)) return false;
    throw error;
  }
}
