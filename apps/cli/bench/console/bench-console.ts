import { CLAIMS_MAX } from '#persistence/review-claims.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { installPrivately, startService } from '../private-installation.js';
import type { ConsoleBenchOptions } from './console-bench-options.js';
import { consoleResult } from './console-result.js';
import { fillCases, storePictures } from './fill-cases.js';
import { Moderator } from './moderator.js';
import { timeQueue } from './time-queue.js';
import { close, memoryOfStreams, openStreams, timeChanges } from './time-streams.js';
import { timeSubmits, WARM_UP } from './time-submits.js';

/**
 * The console as moderators have it: submitting and coming to the next case, alone and beside many open live streams; how
 * soon those are told; and the queue among many open cases.
 *
 * @throws Error when anything is answered otherwise than by success
 */
export async function benchConsole(context: BenchContext, options: ConsoleBenchOptions): Promise<BenchResult> {
  const { items, open, streams, changes, reads } = options;
  const pictures = 2 * (2 * items + WARM_UP + 1) + changes;
  if (pictures > open) throw new Error(`${pictures} cases are taken: ${open} open ones are too few`);
  const installation = await installPrivately(context);
  await withBar('cases', (show) => fillCases(context, installation, open, show));
  await storePictures(installation, pictures);
  const console = await startService(context, installation, 'console');
  const person = (name: string): Promise<Moderator> =>
    Moderator.signedIn(installation, console.url, name, context.signal);
  const [anna, claire] = [await person('anna'), await person('claire')];
  const takers: Moderator[] = [];
  while (takers.length * CLAIMS_MAX < changes) takers.push(await person(`taker ${takers.length}`));
  const people: Moderator[] = [];
  while (people.length < streams) people.push(await person(`listener ${people.length}`));
  const rssMb = await memoryOfStreams(context, console.pid(), people);
  const alone = await withBar('alone', (show) => timeSubmits(anna, items, show));
  const listeners = await openStreams(context, people);
  const toldMs = await timeChanges(context, listeners, takers, changes);
  const beside = await withBar('streams', (show) => timeSubmits(claire, items, show));
  close(listeners);
  const queueMs = await timeQueue(anna, reads);
  // whatever died meanwhile is told here
  console.pid();
  return consoleResult(options, { alone, beside, rssMb, toldMs, queueMs });
}

async function withBar<T>(name: string, work: (show: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  const bar = progressBar(name);
  try {
    return await work((done, total) => bar.show(done, total));
  } finally {
    bar.end();
  }
}
