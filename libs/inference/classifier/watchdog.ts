import { workerData } from 'node:worker_threads';

/**
 * A thread of a classifier process (see `bindToParent`): ends the process when its parent is gone, even while the
 * main thread is stuck and cannot see the channel close. A process without its parent is given another one.
 */
const LOOK_EVERY_MS = 1_000;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
