import type { BenchContext } from '../bench-context.js';
import { Cleanup } from '../cleanup.js';
import { startService, type PrivateInstallation } from '../private-installation.js';

/** A batch service that can be killed; nobody starts it again. */
export interface MortalService {
  /** When it was started and when it was ready, epoch milliseconds. */
  readonly startedMs: number;
  readonly readyMs: number;
  /** @throws Error when it died of itself */
  pid(): number;
  /** Ends it at once, as `kill -9` does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** Starts a batch service and waits until it is ready. @throws ServiceFailure when it is not in time */
export async function startMortal(
  context: BenchContext,
  installation: PrivateInstallation,
  settings: Readonly<Record<string, string>>,
): Promise<MortalService> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const startedMs = Date.now();
  const service = await startService({ ...context, cleanup }, installation, 'batch', settings);
  return {
    startedMs,
    readyMs: Date.now(),
    pid: () => service.pid(),
    kill: async () => {
      process.kill(service.pid(), 'SIGKILL');
      await cleanup.run(); // before its supervisor starts another one
    },
    stop: () => cleanup.run(),
  };
}
