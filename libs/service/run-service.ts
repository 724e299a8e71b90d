import { basename, dirname } from 'node:path';

import { OperationalError, StartRefused } from '#contracts/errors.js';
import { exitWithParent } from '#settings/parent-watch.js';
import { SettingsRefused } from '#settings/read-environment.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { createLogger, type Logger } from '#telemetry/logger.js';

/** A service that runs. */
export interface RunningService {
  readonly port: number;
  /** Finishes or hands back what it has in hand. */
  close(): Promise<void>;
}

export type StartService = (settings: Settings, log: Logger) => Promise<RunningService>;

/** EX_CONFIG of sysexits.h: starting again with the same settings is no use. */
const EXIT_BAD_SETTINGS = 78;
/** Closing takes this long at most beyond a service's own grace. */
const CLOSE_MS_MAX = 30_000;

const ABOVE = dirname(dirname(import.meta.dirname));
/** The folder of package.json: this file lies in its `libs/service`, or where services run in `dist/libs/service`. */
export const ROOT = basename(ABOVE) === 'dist' ? dirname(ABOVE) : ABOVE;

/** The life of a service process: settings, start, signals, end. SIGTERM and SIGINT end it with exit code 0. */
export async function runService(name: string, start: StartService): Promise<void> {
  let settings: Settings;
  try {
    settings = readSettings(process.env, ROOT);
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_BAD_SETTINGS);
  }
  const log = createLogger(name, settings.logLevel);
  // a part that starts while the service listens already may still refuse to
  process.on('uncaughtException', (error) => die(log, error, 'defect: the process ends and is restarted'));
  // one that waits for a database to start has nothing in hand that is not somebody else's after its lease
  let end = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end());
  try {
    const service = await start(settings, log);
    process.send?.({ listening: service.port });
    const close = closer(service, log);
    end = () => close((code) => process.exit(code));
    // nobody reads the log any more, and its last flush at exit would wait for a reader for ever
    exitWithParent(() => close(() => process.kill(process.pid, 'SIGKILL')));
  } catch (error) {
    die(log, error, 'the service did not start');
  }
}

function die(log: Logger, error: unknown, what: string): never {
  const refused = error instanceof StartRefused;
  const explained = refused || error instanceof OperationalError;
  log.fatal(explained ? { fault: error.message } : { err: error }, explained ? 'the service did not start' : what);
  process.exit(refused ? EXIT_BAD_SETTINGS : 1);
}

/** Closes a service once. `exit` ends the process. */
function closer(service: RunningService, log: Logger): (exit: (code: number) => unknown) => void {
  let closing = false;
  return (exit) => {
    if (closing) return;
    closing = true;
    setTimeout(() => exit(1), CLOSE_MS_MAX).unref();
    service.close().then(
      () => exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the service did not close cleanly');
        exit(1);
      },
    );
  };
}
