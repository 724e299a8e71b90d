import { join } from 'node:path';

import { Command, InvalidArgumentError, Option } from 'commander';

import { ROOT } from '#service/run-service.js';

import { benchHeavy } from '../bench/heavy/bench-heavy.js';
import type { HeavyBenchOptions } from '../bench/heavy/heavy-bench-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { benchStart, type StartBenchOptions } from '../bench/start/bench-start.js';
import { benchUpload } from '../bench/upload/bench-upload.js';
import type { UploadBenchOptions } from '../bench/upload/upload-bench-options.js';

const REPORTS = 'docs/benchmarks';

/** `portcullis bench`: the promised figures, measured on this machine in an installation of its own. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure the promised figures on this machine, in an installation of its own, and write a report')
    .addCommand(uploadCommand())
    .addCommand(heavyCommand())
    .addCommand(startCommand());
}

function uploadCommand(): Command {
  return reporting(new Command('upload'))
    .description('what one upload takes, how many there are a second, and what a typical server of the kind does')
    .option('--requests <n>', 'uploads of each size, one at a time', wholeFrom(10, 5_000), 150)
    .option('--clients <n>', 'clients of the sustained load', wholeFrom(1, 64), 4)
    .option('--rounds <n>', 'rounds of sustained load, in turn with the peer', wholeFrom(1, 50), 5)
    .option('--seconds <n>', 'seconds of each side of a round', wholeFrom(1, 600), 10)
    .option('--with-batch', 'the batch service labels what is uploaded meanwhile', false)
    .option('--no-peer', 'leave the peer out')
    .action(({ out, json, ...options }: UploadBenchOptions & ReportOptions) =>
      runBench((context) => benchUpload(context, options), { out, json: json ?? false }),
    );
}

function heavyCommand(): Command {
  return reporting(new Command('heavy'))
    .description('what of the bare heavy model’s rate is left from the queue to the final label')
    .option('--assets <n>', 'images of each part of a round', wholeFrom(20, 100_000), 200)
    .option('--rounds <n>', 'rounds: bare model, end to end, bare model with decode', wholeFrom(1, 50), 3)
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

function reporting(command: Command): Command {
  return command
    .addOption(new Option('--out <folder>', 'where the report goes').default(join(ROOT, REPORTS), REPORTS))
    .option('--json', 'print the JSON document instead of the text')
    .addHelpText('after', '\nExit code: 0 when it ran, whether the figures are met or not; another when it did not.');
}

const wholeFrom =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
