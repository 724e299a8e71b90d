import { Command, Option } from 'commander';

import { benchBanks, type BanksBenchOptions } from '../bench/banks/bench-banks.js';
import { benchHeavy } from '../bench/heavy/bench-heavy.js';
import type { HeavyBenchOptions } from '../bench/heavy/heavy-bench-options.js';
import { benchLooks, type LooksBenchOptions } from '../bench/looks/bench-looks.js';
import { benchRecipes } from '../bench/recipes/bench-recipes.js';
import type { RecipesBenchOptions } from '../bench/recipes/recipes-bench-options.js';
import { benchReplay } from '../bench/replay/bench-replay.js';
import type { ReplayBenchOptions } from '../bench/replay/replay-bench-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { benchStart, type StartBenchOptions } from '../bench/start/bench-start.js';
import { benchUpload } from '../bench/upload/bench-upload.js';
import { PEERS, type PeerName } from '../bench/upload/peers.js';
import type { UploadBenchOptions } from '../bench/upload/upload-bench-options.js';
import { benchVariants, type VariantsBenchOptions } from '../bench/variants/bench-variants.js';
import { bellsCommand, recoveryCommand, warehouseCommand } from './bench-batch.js';
import { consoleBenchCommand } from './bench-console.js';
import { eventsCommand, keysBenchCommand } from './bench-events.js';
import { loadCommand, microbatchCommand, soakCommand } from './bench-load.js';
import { malformedCommand } from './bench-malformed.js';
import { reporting, wholeFrom } from './bench-options.js';

/** `portcullis bench`: the promised figures, measured on this machine in an installation of its own. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure the promised figures on this machine, in an installation of its own, and write a report')
    .addCommand(uploadCommand())
    .addCommand(malformedCommand())
    .addCommand(heavyCommand())
    .addCommand(warehouseCommand())
    .addCommand(bellsCommand())
    .addCommand(recoveryCommand())
    .addCommand(startCommand())
    .addCommand(loadCommand())
    .addCommand(soakCommand())
    .addCommand(microbatchCommand())
    .addCommand(recipesCommand())
    .addCommand(looksCommand())
    .addCommand(variantsCommand())
    .addCommand(banksCommand())
    .addCommand(replayCommand())
    .addCommand(eventsCommand())
    .addCommand(keysBenchCommand())
    .addCommand(consoleBenchCommand());
}

type UploadOptions = Omit<UploadBenchOptions, 'peers'> &
  ReportOptions & { readonly peers: readonly PeerName[] | false };

function uploadCommand(): Command {
  return reporting(new Command('upload'))
    .description('what one upload takes, how many there are a second, and what a typical server of the kind does')
    .option('--requests <n>', 'uploads of each size, one at a time', wholeFrom(10, 5_000), 150)
    .option('--clients <n>', 'clients of the sustained load', wholeFrom(1, 64), 4)
    .option('--rounds <n>', 'rounds of sustained load of each size, in turn with the peers', wholeFrom(1, 50), 5)
    .option('--seconds <n>', 'seconds of each side of a round', wholeFrom(1, 600), 10)
    .option('--with-batch', 'the batch service labels what is uploaded meanwhile', false)
    .addOption(new Option('--peers <names...>', 'which peers').choices(PEERS).default(PEERS, PEERS.join(' ')))
    .option('--no-peers', 'leave all peers out')
    .action(({ out, json, peers, ...options }: UploadOptions) =>
      runBench((context) => benchUpload(context, { ...options, peers: peers === false ? [] : peers }), {
        out,
        json: json ?? false,
      }),
    );
}

function heavyCommand(): Command {
  return reporting(new Command('heavy'))
    .description('what of the bare heavy model’s rate is left from the queue to the final label')
    .option('--assets <n>', 'images of each part of a round', wholeFrom(20, 100_000), 200)
    .option('--rounds <n>', 'rounds: bare model, end to end, bare model with decode', wholeFrom(1, 50), 3)
    .addOption(new Option('--variant <kind>', 'of the model').choices(['int8', 'f32']).default('int8'))
    .addOption(
      new Option('--backend <queue>', 'where the queue is').choices(['postgres', 'redis', 'both']).default('postgres'),
    )
    .action(({ out, json, ...options }: HeavyBenchOptions & ReportOptions) =>
      runBench((context) => benchHeavy(context, options), { out, json: json ?? false }),
    );
}

function startCommand(): Command {
  return reporting(new Command('start'))
    .description('how long an installed product takes from its start to its first decision')
    .option('--rounds <n>', 'first starts in empty homes, each with a second start after it', wholeFrom(1, 20), 3)
    .action(({ out, json, ...options }: StartBenchOptions & ReportOptions) =>
      runBench((context) => benchStart(context, options), { out, json: json ?? false }),
    );
}

function recipesCommand(): Command {
  return reporting(new Command('recipes'))
    .description('ways of preparing an image for the fast model: speed, and agreement with the reference')
    .option('--images <folder>', 'photographs to compare on, beside drawn pictures')
    .option('--rounds <n>', 'rounds over all candidates and sizes', wholeFrom(1, 1_000), 20)
    .action(({ out, json, ...options }: RecipesBenchOptions & ReportOptions) =>
      runBench((context) => benchRecipes(context, options), { out, json: json ?? false }),
    );
}

function looksCommand(): Command {
  return reporting(new Command('looks'))
    .description('the looks of the heavy model: what a view of each costs, and what one look alone does not see')
    .option('--images <folder>', 'harmless photographs to look at, beside drawn pictures')
    .option('--rounds <n>', 'rounds over all looks and sizes', wholeFrom(1, 1_000), 10)
    .addOption(new Option('--variant <kind>', 'of the model').choices(['int8', 'f32']).default('int8'))
    .action(({ out, json, ...options }: LooksBenchOptions & ReportOptions) =>
      runBench((context) => benchLooks(context, options), { out, json: json ?? false }),
    );
}

function variantsCommand(): Command {
  return reporting(new Command('variants'))
    .description('variants of the models: speed, and agreement with what they are variants of')
    .option('--images <folder>', 'photographs to compare on, beside drawn pictures')
    .option('--rounds <n>', 'turns of both files', wholeFrom(1, 1_000), 20)
    .action(({ out, json, ...options }: VariantsBenchOptions & ReportOptions) =>
      runBench((context) => benchVariants(context, options), { out, json: json ?? false }),
    );
}

function replayCommand(): Command {
  return reporting(new Command('replay'))
    .description('what a policy would change: how long the core takes, and a replay over what is stored')
    .option('--assets <n>', 'assets of a replay in memory', wholeFrom(1_000, 20_000_000), 1_000_000)
    .option('--rounds <n>', 'replays of each policy in memory', wholeFrom(1, 1_000), 10)
    .option('--stored <n>', 'assets in a database, replayed once', wholeFrom(1_000, 20_000_000), 1_000_000)
    .action(({ out, json, ...options }: ReplayBenchOptions & ReportOptions) =>
      runBench((context) => benchReplay(context, options), { out, json: json ?? false }),
    );
}

function banksCommand(): Command {
  return reporting(new Command('banks'))
    .description('look-ups in banks of known hashes, and what the hash of a picture costs')
    .option('--hashes <n>', 'entries of the bank, each with both hashes', wholeFrom(1_000, 5_000_000), 1_000_000)
    .action(({ out, json, ...options }: BanksBenchOptions & ReportOptions) =>
      runBench((context) => benchBanks(context, options), { out, json: json ?? false }),
    );
}
