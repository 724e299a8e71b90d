import { mayBePostgres } from '#persistence/embedded/process-state.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';

/** A PostgreSQL that is there until it is stopped. */
export interface KeptPostgres {
  readonly url: string;
  /** It did not run before. */
  readonly startedHere: boolean;
  /** Watches it no longer, and lets it run. */
  release(): void;
  /** Shuts it down. */
  stop(): Promise<void>;
}

/** A server that was killed is back within about this. */
const WATCH_MS = 500;

/** Starts the embedded PostgreSQL and starts it again, at the same address, whenever it dies. */
export async function keepPostgres(home: string, onLine: (line: string) => void): Promise<KeptPostgres> {
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ home, onLog: onLine });
  const { url, reused } = server;
  const port = Number(new URL(url).port);
  let restarting: Promise<void> | undefined;
  const restartIfDead = async (): Promise<void> => {
    if (await mayBePostgres(server.pid)) return;
    onLine(`process ${server.pid} is gone: starting it again`);
    try {
      server = await startEmbeddedPostgres({ home, port, onLog: onLine });
    } catch (error) {
      onLine(error instanceof Error ? error.message : String(error));
    }
  };
  const watch = setInterval(() => {
    restarting ??= restartIfDead().finally(() => (restarting = undefined));
  }, WATCH_MS);
  return {
    url,
    startedHere: !reused,
    release: () => clearInterval(watch),
    stop: async () => {
      clearInterval(watch);
      await restarting;
      await server.stop();
    },
  };
}
