import { readdirSync, writeFileSync, writeSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

const STDERR = 2;

/**
 * Ties this process to the pool that forked it: it ends when the pool's process ends, however that ended, and only
 * the pool decides about signals that the terminal or the service manager sends to the whole group.
 *
 * @throws Error when the process was not forked
 */
export function bindToParent(): void {
  if (process.send === undefined) throw new Error('a classifier process is forked by a pool, not started by hand');
  if (!process.connected) end();
  process.on('disconnect', end);
  process.on('uncaughtException', (error) => {
    try {
      writeSync(STDERR, `${error.stack ?? error.message}\n`);
    } finally {
      end();
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  new Worker(new URL('./watchdog.js', import.meta.url), { workerData: process.ppid }).unref();
  offerToOomKiller();
}

/** Sets how far behind the service this process stands when cores are short: 0 to 19. */
export function setNice(nice: number): void {
  if (nice <= getPriority()) return;
  setPriority(nice);
  if (process.platform !== 'linux') return;
  // Linux keeps a niceness per thread, and the threads that decode are there already.
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), nice);
    } catch {
      // The thread has ended: the process itself was allowed to step back.
    }
  }
}

/** `process.exit` waits for the threads that decode, and would wait for ever for one that hangs. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** When memory runs out, Linux is to end this process and not the service that replaces it. */
function offerToOomKiller(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // A hardened kernel may forbid it; the pool's own limit holds all the same.
  }
}
