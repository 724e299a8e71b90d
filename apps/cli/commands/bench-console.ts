import { Command } from 'commander';

import { benchConsole } from '../bench/console/bench-console.js';
import type { ConsoleBenchOptions } from '../bench/console/console-bench-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { reporting, wholeFrom } from './bench-options.js';

/** `portcullis bench console`: moderators' work at a console with many open cases and live streams. */
export function consoleBenchCommand(): Command {
  return reporting(new Command('console'))
    .description(
      'submitting and coming to the next case, alone and beside open live streams, and the queue among many cases',
    )
    .option('--items <n>', 'items decided in each part, with and without reading ahead', wholeFrom(5, 5_000), 200)
    .option('--open <n>', 'open cases', wholeFrom(100, 1_000_000), 100_000)
    .option('--streams <n>', 'live streams of as many people', wholeFrom(1, 500), 200)
    .option('--changes <n>', 'changes of the queue that the streams are told of', wholeFrom(1, 1_000), 30)
    .option('--reads <n>', 'reads of each part of the queue', wholeFrom(1, 1_000), 20)
    .action(({ out, json, ...options }: ConsoleBenchOptions & ReportOptions) =>
      runBench((context) => benchConsole(context, options), { out, json: json ?? false }),
    );
}
