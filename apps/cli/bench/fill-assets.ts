import { AccessStore } from '#persistence/access-store.js';

import type { BenchContext } from './bench-context.js';
import { BENCH_MODELS, registerBenchModels } from './bench-models.js';
import type { PrivateInstallation } from './private-installation.js';

/** Rows of one statement: it has its time limit. */
const CHUNK = 10_000;
/** Of an installation that has just been made. */
const STARTING_POLICY_VERSION = 1;

/**
 * Writes assets of a client in statements of as many as their time limit allows, and has their tables analysed.
 *
 * @param fill with the parameters: the number of its first and its last asset, the client's id, both models' ids, the
 *   policy's version
 * @param more parameters behind these
 */
export async function fillAssets(
  { signal }: BenchContext,
  { database }: PrivateInstallation,
  { count, fill, more = [] }: { readonly count: number; readonly fill: string; readonly more?: readonly unknown[] },
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  await registerBenchModels(database);
  const clientId = await new AccessStore(database).ensureClient('bench');
  const common = [clientId, BENCH_MODELS.fast, BENCH_MODELS.heavy, STARTING_POLICY_VERSION, ...more];
  for (let done = 0; done < count; done += CHUNK) {
    signal.throwIfAborted();
    const to = Math.min(count, done + CHUNK);
    await database.query(fill, [done + 1, to, ...common]);
    onProgress(to, count);
  }
  await database.query('VACUUM ANALYZE');
}
