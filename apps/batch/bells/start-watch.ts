import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Logger } from '#telemetry/logger.js';

import type { HeavyEar } from '../heavy/heavy-ear.js';
import { tryAgain } from '../loops.js';
import { repeat } from '../repeat.js';
import { watchWorker } from './watch-worker.js';

/** Ends the process when its worker has gone deaf while jobs wait: whoever started it starts another. */
export function startWatch(ear: HeavyEar, bell: HeavyBell, log: Logger): ReturnType<typeof repeat> {
  const watched = {
    heard: () => ear.heard(),
    busy: () => ear.busy(),
    waiting: async () => (await bell.holding()).waiting,
  };
  const onDead = (): void => {
    log.fatal('the worker hears nothing while jobs wait: the process ends and is restarted');
    process.exit(1);
  };
  return repeat(
    watchWorker(watched, () => performance.now(), onDead),
    tryAgain(log, 'watch'),
  );
}
