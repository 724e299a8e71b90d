import { Command, InvalidArgumentError, Option } from 'commander';

import { benchLoad } from '../bench/load/bench-load.js';
import type { LoadBenchOptions } from '../bench/load/load-options.js';
import { parseClasses, SIZE_MIXES } from '../bench/load/request-kinds.js';
import { benchMicrobatch } from '../bench/microbatch/bench-microbatch.js';
import type { MicrobatchOptions } from '../bench/microbatch/microbatch-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { benchSoak } from '../bench/soak/bench-soak.js';
import type { SoakBenchOptions } from '../bench/soak/soak-options.js';
import { reporting, wholeFrom } from './bench-options.js';

/** `portcullis bench load`: the capacity under an SLO, and what happens at it and beyond. */
export function loadCommand(): Command {
  return withWorkload(withTarget(reporting(new Command('load'))))
    .description('open loop: the highest rate that holds the SLO, and what happens below, at and above it')
    .option(
      '--seconds-per-step <n>',
      'measured seconds of a step of the search; reported loads: three times',
      wholeFrom(2, 600),
      6,
    )
    .option('--minutes <n>', 'for search and loads together', wholeFrom(1, 600), 10)
    .option('--skip-search', 'do not search for the capacity: --rate stands for it', false)
    .option('--rate <n>', 'with --skip-search: the capacity, uploads a second', wholeFrom(1, 100_000))
    .option('--rate-max <n>', 'uploads a second that the search stops at', wholeFrom(1, 100_000), 5_000)
    .option('--record <file>', 'write the requests at 70 % of the capacity, as a trace')
    .option('--compare <json>', 'an earlier report: print the differences by ratio')
    .action(({ out, json, ...options }: LoadBenchOptions & ReportOptions) =>
      runBench((context) => benchLoad(context, options), { out, json: json ?? false }),
    );
}

/** `portcullis bench soak`: hours of a steady load, or ten minutes of overload. */
export function soakCommand(): Command {
  return withWorkload(withTarget(reporting(new Command('soak'))))
    .description('a steady load for long: latency, memory, event loop and open files over time')
    .option('--minutes <n>', 'how long', wholeFrom(1, 10_000), 30)
    .option('--share <percent>', 'of the capacity', wholeFrom(1, 100), 70)
    .option('--overload <times>', 'this many times the capacity instead', wholeFrom(1, 100))
    .option('--capacity <n>', 'uploads a second; without it a short search finds it', wholeFrom(1, 100_000))
    .option('--compare <json>', 'an earlier report; without it the one in the folder of the report, if there is one')
    .action(({ out, json, ...options }: Omit<SoakBenchOptions, 'out'> & ReportOptions) =>
      runBench((context) => benchSoak(context, { ...options, out }), { out, json: json ?? false }),
    );
}

/** `portcullis bench microbatch`: waiting for company against running alone, on the same arrivals. */
export function microbatchCommand(): Command {
  return withWorkload(reporting(new Command('microbatch')))
    .description('a micro-batch window of 25 ms against batch 1, on the same arrivals in turn')
    .option('--window <ms>', 'the micro-batch window', wholeFrom(1, 50), 25)
    .option('--batch <n>', 'images a micro-batch may have', wholeFrom(2, 16), 8)
    .option('--rounds <n>', 'rounds of both', wholeFrom(2, 50), 3)
    .option('--seconds <n>', 'of each side of a round', wholeFrom(2, 600), 12)
    .option('--capacity <n>', 'uploads a second of batch 1; without it a short search finds it', wholeFrom(1, 100_000))
    .action(({ out, json, ...options }: Omit<MicrobatchOptions, 'allowRemote'> & ReportOptions) =>
      runBench((context) => benchMicrobatch(context, { ...options, allowRemote: false }), { out, json: json ?? false }),
    );
}

function withTarget(command: Command): Command {
  return command
    .option('--url <address>', 'a service that runs already, in place of an installation of its own')
    .option('--key <secret>', 'a client’s key there')
    .option('--allow-remote', 'allow an address that is not this machine’s', false);
}

function withWorkload(command: Command): Command {
  return command
    .option('--with-batch', 'the batch service labels what is uploaded meanwhile', false)
    .addOption(new Option('--size <mix>', 'what is uploaded').choices(Object.keys(SIZE_MIXES)).default('640'))
    .addOption(
      new Option('--classes <weights>', 'traffic classes by weight, like urgent:1,normal:8,bulk:1')
        .argParser(readBy(parseClasses))
        .default(parseClasses('normal'), 'normal'),
    )
    .addOption(
      new Option('--arrivals <process>', 'how uploads arrive')
        .choices(['constant', 'poisson', 'bursty'])
        .default('poisson'),
    )
    .addOption(
      new Option('--burst <on:off>', 'mean stays of bursty arrivals, in ms')
        .argParser(readBy(parseBurst))
        .default(parseBurst('200:300'), '200:300'),
    )
    .option(
      '--trace <file>',
      'replay a trace, stretched to the rate: lines of {"atMs":0,"size":"640","class":"normal"}',
    )
    .option('--seed <n>', 'of the arrivals', wholeFrom(0, 1_000_000), 1)
    .option('--slo <ms>', 'the promise: 95 of 100 decisions within this', wholeFrom(1, 60_000), 300)
    .option(
      '--lag <ms>',
      'a run does not count when the generator is later than this (p99; default: a tenth of the SLO, at least 20)',
      wholeFrom(1, 1_000),
    );
}

function parseBurst(text: string): { onMs: number; offMs: number } {
  const [onMs = 0, offMs = 0] = text.split(':').map(Number);
  if (!(onMs >= 1 && offMs >= 1 && onMs + offMs <= 600_000)) throw new RangeError('must be like 200:300');
  return { onMs, offMs };
}

const readBy =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
