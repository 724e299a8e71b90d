import { Command } from 'commander';

import { benchMalformed } from '../bench/malformed/bench-malformed.js';
import type { MalformedOptions } from '../bench/malformed/malformed-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { reporting, wholeFrom } from './bench-options.js';

/** `portcullis bench malformed`: hostile files, and what they do to the service. */
export function malformedCommand(): Command {
  return reporting(new Command('malformed'))
    .description('upload hostile files: every answer, hangs, memory, what is left behind')
    .option('--files <n>', 'hostile files', wholeFrom(1, 1_000_000), 10_000)
    .option('--clients <n>', 'uploads under way at once', wholeFrom(1, 64), 8)
    .option('--seed <n>', 'another seed, other files', wholeFrom(0, 100_000), 1)
    .option(
      '--slo <ms>',
      'what the service promises: what would take longer is turned away',
      wholeFrom(20, 60_000),
      2_000,
    )
    .option('--corpus <folder>', 'broken files that are uploaded first, as they are')
    .option('--keep <folder>', 'where files that broke a promise are kept')
    .action(({ out, json, ...options }: MalformedOptions & ReportOptions) =>
      runBench((context) => benchMalformed(context, options), { out, json: json ?? false }),
    );
}
