import { fork, type ChildProcess } from 'node:child_process';
import type { DecodeHostOptions, HostOptions } from './host-options.js';

export interface ForkOptions {
  /** The module that calls `serveClassifier`. */
  readonly entry: URL | string;
  readonly host: HostOptions | DecodeHostOptions;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Pixels of frames lie outside the heap: a small young generation is collected often and lets them go soon. Every core has
 * a process of its own, so that threads which collect would only take time from each other. Both save memory too.
 */
const NODE_FLAGS = ['--expose-gc', '--max-semi-space-size=1', '--single-threaded-gc'];

/** Forks a classifier process, which writes its last words to stderr. What stops the fork is an event of the process. */
export function forkClassifier({ entry, host, env }: ForkOptions): ChildProcess {
  return fork(entry, [JSON.stringify(host)], {
    env,
    execArgv: NODE_FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
