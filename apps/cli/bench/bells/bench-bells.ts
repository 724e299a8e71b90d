import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { Cleanup } from '../cleanup.js';
import { backendsOf } from '../heavy/heavy-bench-options.js';
import type { BellsOptions } from './bells-options.js';
import { bellsResult } from './bells-result.js';
import { timeRelay } from './time-relay.js';
import { timeLooks } from './time-looks.js';

type Show = (done: number, total: number) => void;

/** How fast what was committed is told, and how fast a worker finds what was forgotten. */
export async function benchBells(context: BenchContext, options: BellsOptions): Promise<BenchResult> {
  const { pending, forgotten } = options;
  if (forgotten > pending) throw new Error(`of ${pending} assets, ${forgotten} cannot be forgotten`);
  const settings = readSettings(process.env, ROOT);
  const relays = [];
  for (const backend of backendsOf(options.backend)) {
    relays.push(
      await apart(context, backend, (own, onProgress) => timeRelay(own, settings, { ...options, backend, onProgress })),
    );
  }
  const looks = await apart(context, 'looks', (own, onProgress) => timeLooks(own, { ...options, onProgress }));
  return bellsResult(options, relays, looks);
}

/** With a progress bar and things of its own, which are gone before the next part begins. */
async function apart<T>(
  context: BenchContext,
  name: string,
  work: (own: BenchContext, onProgress: Show) => Promise<T>,
): Promise<T> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const bar = progressBar(name);
  try {
    return await work({ ...context, cleanup }, (done, total) => bar.show(done, total));
  } finally {
    bar.end();
    await cleanup.run();
  }
}
