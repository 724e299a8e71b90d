import { Command, InvalidArgumentError, Option } from 'commander';

import { benchBells } from '../bench/bells/bench-bells.js';
import type { BellsOptions } from '../bench/bells/bells-options.js';
import { benchRecovery } from '../bench/recovery/bench-recovery.js';
import type { RecoveryOptions } from '../bench/recovery/recovery-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { benchWarehouse } from '../bench/warehouse/bench-warehouse.js';
import type { WarehouseOptions } from '../bench/warehouse/warehouse-options.js';
import { reporting, wholeFrom } from './bench-options.js';

const BATCHES = [8, 16, 32, 64];
/** As HEAVY_BATCH_SIZE has it. */
const BATCH_MAX = 256;

/** `portcullis bench warehouse`: many images through the batch tier, killed and resumed in the middle. */
export function warehouseCommand(): Command {
  return reporting(new Command('warehouse'))
    .description('many images through the batch tier at several batch sizes, killed and resumed in the middle')
    .option('--assets <n>', 'images on each backend, dealt out to the batch sizes', wholeFrom(20, 1_000_000), 10_000)
    .addOption(
      new Option('--batches <sizes>', 'batch sizes, one after the other')
        .argParser(parseBatches)
        .default(BATCHES, BATCHES.join(',')),
    )
    .addOption(new Option('--variant <kind>', 'of the heavy model').choices(['int8', 'f32']).default('int8'))
    .option('--inference-batch <n>', 'views in one run of the model (default: as it is set)', wholeFrom(1, 64))
    .option('--kill-at <share>', 'of the finals, after which the service is killed', numberWithin(0.05, 0.95), 0.5)
    .addOption(backendOption())
    .option(
      '--price-per-core-hour <money>',
      'what a core costs (default: the setting PRICE_PER_CORE_HOUR)',
      numberWithin(0, 10_000),
    )
    .action(({ out, json, ...options }: WarehouseOptions & ReportOptions) =>
      runBench((context) => benchWarehouse(context, options), { out, json: json ?? false }),
    );
}

/** `portcullis bench bells`: the outbox's relay, and a worker's looks among many rows. */
export function bellsCommand(): Command {
  return reporting(new Command('bells'))
    .description('from the outbox to whoever labels, and how a worker finds what was forgotten')
    .option('--assets <n>', 'outbox rows of a round', wholeFrom(100, 1_000_000), 20_000)
    .option('--rounds <n>', 'measured rounds', wholeFrom(1, 100), 5)
    .option('--pending <n>', 'assets without a final while the worker looks', wholeFrom(1_000, 10_000_000), 1_000_000)
    .option('--forgotten <n>', 'of them, those that another worker has died over', wholeFrom(1, 100_000), 1_000)
    .addOption(backendOption())
    .action(({ out, json, ...options }: BellsOptions & ReportOptions) =>
      runBench((context) => benchBells(context, options), { out, json: json ?? false }),
    );
}

/** `portcullis bench recovery`: a batch service is killed while another one stands by. */
export function recoveryCommand(): Command {
  return reporting(new Command('recovery'))
    .description('how soon another batch service has labelled what a killed one had in hand')
    .option('--rounds <n>', 'kills on each backend', wholeFrom(1, 100), 3)
    .option('--assets <n>', 'what the killed service has in hand', wholeFrom(1, 1_000), 12)
    .addOption(new Option('--variant <kind>', 'of the heavy model').choices(['int8', 'f32']).default('int8'))
    .addOption(backendOption())
    .action(({ out, json, ...options }: RecoveryOptions & ReportOptions) =>
      runBench((context) => benchRecovery(context, options), { out, json: json ?? false }),
    );
}

const backendOption = (): Option =>
  new Option('--backend <queue>', 'where the queue is').choices(['postgres', 'redis', 'both']).default('postgres');

function parseBatches(text: string): number[] {
  const sizes = text.split(',').map(wholeFrom(1, BATCH_MAX));
  if (new Set(sizes).size === sizes.length) return sizes;
  throw new InvalidArgumentError('a batch size is named once.');
}

const numberWithin =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a number from ${min} to ${max}.`);
  };
