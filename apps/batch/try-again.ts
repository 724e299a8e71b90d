import type { Logger } from '#telemetry/logger.js';

const AFTER_ERROR_MS = 1_000;

/** What a loop does about a failed step. */
export const tryAgain =
  (log: Pick<Logger, 'warn'>, loop: string) =>
  (error: unknown): number => {
    log.warn({ err: error, loop }, 'a loop failed and tries again');
    return AFTER_ERROR_MS;
  };
