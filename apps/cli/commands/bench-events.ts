import { Command } from 'commander';

import { benchEvents } from '../bench/events/bench-events.js';
import type { EventsBenchOptions } from '../bench/events/events-options.js';
import { benchKeys } from '../bench/keys/bench-keys.js';
import type { KeysBenchOptions } from '../bench/keys/keys-options.js';
import { runBench, type ReportOptions } from '../bench/run-bench.js';
import { reporting, wholeFrom } from './bench-options.js';

/** `portcullis bench events`: webhooks to many endpoints, of which some hang. */
export function eventsCommand(): Command {
  return reporting(new Command('events'))
    .description('events by webhook to many endpoints of which some hang: from the decision to the receiver')
    .option('--rate <n>', 'events a second', wholeFrom(10, 10_000), 500)
    .option('--seconds <n>', 'how long', wholeFrom(1, 3_600), 60)
    .option('--endpoints <n>', 'of a client each', wholeFrom(1, 1_000), 50)
    .option('--hanging <n>', 'of them, those that never answer', wholeFrom(0, 999), 5)
    .action(({ out, json, ...options }: EventsBenchOptions & ReportOptions) =>
      runBench((context) => benchEvents(context, options), { out, json: json ?? false }),
    );
}

/** `portcullis bench keys`: the check of a key, and how soon a revocation holds. */
export function keysBenchCommand(): Command {
  return reporting(new Command('keys'))
    .description('what the check of a key in use costs, and how long a revoked key goes on working')
    .option('--keys <n>', 'keys in use', wholeFrom(1, 10_000), 1_000)
    .option('--seconds <n>', 'how long they are checked', wholeFrom(1, 3_600), 20)
    .option('--revocations <n>', 'keys that are revoked while they are in use', wholeFrom(1, 500), 40)
    .action(({ out, json, ...options }: KeysBenchOptions & ReportOptions) =>
      runBench((context) => benchKeys(context, options), { out, json: json ?? false }),
    );
}
