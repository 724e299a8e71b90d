import type { Settings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { Cleanup } from '../cleanup.js';
import { installPrivately, startService } from '../private-installation.js';
import { memoryOfTree, meterCpu, processGroups } from '../process-usage.js';
import type { UniqueCopies } from '../unique-copies.js';
import { openBareModels, type BareModels } from './bare-models.js';
import type { Drain } from './drain.js';
import { endToEnd } from './end-to-end.js';
import { backendsOf, type HeavyBenchOptions, type QueueBackend } from './heavy-bench-options.js';
import { heavyResult, type BackendMeasurements, type HeavyRound } from './heavy-result.js';
import { startRedis } from './private-redis.js';
import { variantSettings } from './variant-settings.js';

const SIDE = { width: 640, height: 480 };
/** Batches of each process at least: with fewer, the ends of a backlog outweigh its middle. */
const BATCHES_MIN = 6;

/** What of the bare heavy model's rate is left when images come from a queue and labels go to a database. */
export async function benchHeavy(context: BenchContext, asked: HeavyBenchOptions): Promise<BenchResult> {
  const settings = await variantSettings(asked.variant);
  const { heavy } = settings;
  const firstFinals = heavy.processes * heavy.batchSize;
  const options = { ...asked, assets: Math.max(asked.assets, BATCHES_MIN * firstFinals) };
  const { bare, copies } = await openBareModels(context, settings, SIDE);
  const measured: BackendMeasurements[] = [];
  for (const backend of backendsOf(asked.backend)) {
    const cleanup = new Cleanup();
    context.cleanup.defer(() => cleanup.run());
    measured.push(
      await measureBackend({ ...context, cleanup }, { backend, heavy, bare, copies, options, firstFinals }),
    );
    await cleanup.run();
  }
  return heavyResult(options, settings, copies.meanBytes, measured);
}

interface BackendOptions {
  readonly backend: QueueBackend;
  readonly heavy: Settings['heavy'];
  readonly bare: BareModels;
  readonly copies: UniqueCopies;
  readonly options: HeavyBenchOptions;
  readonly firstFinals: number;
}

async function measureBackend(
  context: BenchContext,
  { backend, heavy, bare, copies, options, firstFinals }: BackendOptions,
): Promise<BackendMeasurements> {
  const { signal } = context;
  const { batchSize, inferenceBatch } = heavy;
  const { assets } = options;
  const installation = await installPrivately(context);
  const redis = backend === 'redis' ? await startRedis(context) : undefined;
  const service = await startService(context, installation, 'batch', {
    HEAVY_VARIANT: options.variant,
    HEAVY_BATCH_SIZE: String(batchSize),
    HEAVY_INFERENCE_BATCH: String(inferenceBatch),
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
  });
  const groups = () => processGroups(service.pid(), installation.postgresPid, redis?.pid);
  const label = (count: number, onProgress: (done: number) => void): Promise<Drain> =>
    endToEnd(installation, { assets: count, nextFile: () => copies.next(), firstFinals, signal, onProgress });
  await label(firstFinals * 2, () => undefined); // the first queries, and the compiler

  const bar = progressBar(backend);
  const total = options.rounds * assets * 3;
  const rounds: HeavyRound[] = [];
  try {
    for (let done = 0; done < total; done += 3 * assets) {
      const show = (part: number) => (of: number) => bar.show(done + part * assets + of, total);
      const modelOnly = await bare.modelOnly.measure(assets, show(0));
      const usedCpu = await meterCpu(groups);
      const drain = await label(assets, show(1));
      const cpuMs = await usedCpu();
      rounds.push({ modelOnly, drain, cpuMs, withDecode: await bare.withDecode.measure(assets, show(2)) });
    }
  } finally {
    bar.end();
  }
  return { backend, rounds, memory: await memoryOfTree(service.pid()) };
}
