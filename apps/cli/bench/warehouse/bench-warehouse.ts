import type { Settings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { Cleanup } from '../cleanup.js';
import type { BareModel } from '../heavy/bare-model.js';
import { openBareModels, type BareModels } from '../heavy/bare-models.js';
import { backendsOf, type QueueBackend } from '../heavy/heavy-bench-options.js';
import { variantSettings } from '../heavy/variant-settings.js';
import type { UniqueCopies } from '../unique-copies.js';
import { labelWarehouse } from './label-warehouse.js';
import { dealAssets, type WarehouseOptions } from './warehouse-options.js';
import { warehouseResult } from './warehouse-result.js';
import type { BareRates, WarehouseRun } from './warehouse-run.js';

/** Small: decoding is another benchmark's subject. */
const SIDE = { width: 400, height: 300 };
/** Through the bare model, before each run and after it. */
const BARE_IMAGES_MAX = 240;

/** A warehouse of images through the batch tier at several batch sizes, each killed and resumed in the middle. */
export async function benchWarehouse(context: BenchContext, options: WarehouseOptions): Promise<BenchResult> {
  const settings = await settingsFor(options);
  const { bare, copies } = await openBareModels(context, settings, SIDE);
  const shares = dealAssets(options.assets, options.batches);
  const runs: WarehouseRun[] = [];
  for (const backend of backendsOf(options.backend)) {
    for (const [index, batch] of options.batches.entries()) {
      const one = { backend, batch, assets: shares[index] ?? 0, killAt: options.killAt };
      runs.push(await runOnce(context, { ...one, heavy: settings.heavy, bare, copies }));
    }
  }
  return warehouseResult(options, settings, { meanBytes: copies.meanBytes, runs });
}

async function settingsFor({ variant, inferenceBatch }: WarehouseOptions): Promise<Settings> {
  const settings = await variantSettings(variant);
  const { heavy } = settings;
  return { ...settings, heavy: { ...heavy, inferenceBatch: inferenceBatch ?? heavy.inferenceBatch } };
}

interface RunParts {
  readonly backend: QueueBackend;
  readonly batch: number;
  readonly assets: number;
  readonly killAt: number;
  readonly heavy: Settings['heavy'];
  readonly bare: BareModels;
  readonly copies: UniqueCopies;
}

/** In an installation of its own, between two measurements of the bare model: machines change their mind. */
async function runOnce(
  context: BenchContext,
  { backend, batch, assets, killAt, heavy, bare, copies }: RunParts,
): Promise<WarehouseRun> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const bar = progressBar(`${backend} ${batch}`);
  const rateOf = async (model: BareModel): Promise<number> =>
    (await model.measure(Math.min(assets, BARE_IMAGES_MAX), () => undefined)).perSecond;
  const measureBare = async (): Promise<BareRates> => ({
    modelOnly: await rateOf(bare.modelOnly),
    withDecode: await rateOf(bare.withDecode),
  });
  try {
    const before = await measureBare();
    const run = await labelWarehouse(
      { ...context, cleanup },
      {
        assets,
        batch,
        backend,
        killAt,
        settings: { HEAVY_VARIANT: heavy.variant, HEAVY_INFERENCE_BATCH: String(heavy.inferenceBatch) },
        nextFile: () => copies.next(),
        onProgress: (done) => bar.show(done, assets),
      },
    );
    return { ...run, bare: [before, await measureBare()] };
  } finally {
    bar.end();
    await cleanup.run();
  }
}
