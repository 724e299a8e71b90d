import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { Cleanup } from '../cleanup.js';
import { backendsOf, type QueueBackend } from '../heavy/heavy-bench-options.js';
import { startRedis } from '../heavy/private-redis.js';
import { variantSettings } from '../heavy/variant-settings.js';
import { drawPhotographs } from '../photographs.js';
import { installPrivately } from '../private-installation.js';
import { UniqueCopies } from '../unique-copies.js';
import { recoverOnce, type RecoverOptions } from './recover-once.js';
import type { Recovery, RecoveryOptions } from './recovery-options.js';
import { recoveryResult } from './recovery-result.js';

const SIDE = { width: 640, height: 480 };
const PHOTOGRAPHS = 4;

/** How long after the death of a batch service another one has labelled what it had in hand. */
export async function benchRecovery(context: BenchContext, options: RecoveryOptions): Promise<BenchResult> {
  const settings = await variantSettings(options.variant);
  const copies = new UniqueCopies(await drawPhotographs(PHOTOGRAPHS, SIDE));
  const { variant, batchSize, inferenceBatch } = settings.heavy;
  const given = {
    assets: options.assets,
    nextFile: () => copies.next(),
    settings: {
      HEAVY_VARIANT: variant,
      HEAVY_BATCH_SIZE: String(batchSize),
      HEAVY_INFERENCE_BATCH: String(inferenceBatch),
    },
  };
  const measured = [];
  for (const backend of backendsOf(options.backend)) {
    measured.push({ backend, recoveries: await onBackend(context, backend, options.rounds, given) });
  }
  return recoveryResult(options, settings, measured);
}

async function onBackend(
  context: BenchContext,
  backend: QueueBackend,
  rounds: number,
  given: RecoverOptions,
): Promise<Recovery[]> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const within = { ...context, cleanup };
  const bar = progressBar(backend);
  try {
    const installation = await installPrivately(within);
    const redis = backend === 'redis' ? await startRedis(within) : undefined;
    const settings = { ...given.settings, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
    const recoveries: Recovery[] = [];
    while (recoveries.length < rounds) {
      bar.show(recoveries.length, rounds);
      recoveries.push(await recoverOnce(within, installation, { ...given, settings }));
    }
    return recoveries;
  } finally {
    bar.end();
    await cleanup.run();
  }
}
