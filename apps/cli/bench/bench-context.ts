import type { Cleanup } from './cleanup.js';

/** What every benchmark is given. */
export interface BenchContext {
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}
