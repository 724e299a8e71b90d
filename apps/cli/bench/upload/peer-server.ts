import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { BenchContext } from '../bench-context.js';

/** A peer, running and warm. */
export interface PeerServer {
  readonly url: string;
}

/** Loading a runtime and a model takes two seconds on an idle machine. */
const START_MS_MAX = 60_000;

/**
 * Starts a peer as a process of its own.
 *
 * @param module of `peers/`, without its extension
 * @throws Error when it does not start in time
 */
export async function startPeer(
  { signal, cleanup }: BenchContext,
  module: string,
  args: readonly string[] = [],
): Promise<PeerServer> {
  const child = fork(new URL(`../peers/${module}.js`, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  cleanup.defer(async () => {
    child.kill('SIGKILL'); // it keeps nothing
    await ended;
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(START_MS_MAX)]);
  const port = await Promise.race([
    once(child, 'message', { signal: limit }).then(([message]: unknown[]) => message),
    ended.then(() => Promise.reject(new Error('the peer did not start'))),
  ]);
  if (typeof port !== 'number') throw new Error('the peer does not say where it listens');
  return { url: `http://127.0.0.1:${port}/` };
}
