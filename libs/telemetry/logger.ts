import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** One JSON line an event on stdout. Keys, secrets and bodies never go in. */
export function createLogger(service: string, level: string): Logger {
  return pino({ name: service, level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime });
}
