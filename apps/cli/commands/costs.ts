import { Command, Option } from 'commander';

import { costAnswer, type CostAnswer } from '#contracts/cost-answer.js';
import { costRange, RANGE_DAYS_MAX, RANGE_MS_DEFAULT } from '#moderation/capacity/cost-range.js';
import { UsageStore } from '#persistence/usage-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { costsText } from '../costs/costs-text.js';
import { readDuration, readTime } from '../costs/read-duration.js';
import { withInstalledDatabase } from '../reach-database.js';

interface Options {
  readonly since: number;
  readonly from?: number;
  readonly to?: number;
  readonly json?: boolean;
}

/** `portcullis costs`: what the tiers took and cost, from the database. */
export function costsCommand(): Command {
  return new Command('costs')
    .description('what the tiers and their models took, and what that costs at PRICE_PER_CORE_HOUR')
    .addOption(
      new Option('--since <duration>', 'until now, such as 90m, 24h or 7d')
        .argParser(readDuration)
        .default(RANGE_MS_DEFAULT, '24h')
        .conflicts(['from', 'to']),
    )
    .addOption(new Option('--from <time>', 'the beginning of a run, such as 2026-01-31T12:00:00Z').argParser(readTime))
    .addOption(new Option('--to <time>', 'its end (default: now)').argParser(readTime))
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nUsage is kept by the minute: the report is of the whole minutes that the time touches. What a running service\n' +
        'took in its last 15 seconds may be missing.',
    )
    .action(async (options: Options, command: Command) => {
      const answer = await readCosts(options, command);
      process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : costsText(answer));
    });
}

async function readCosts({ since, from, to }: Options, command: Command): Promise<CostAnswer> {
  const settings = readSettings(process.env, ROOT);
  const nowMs = Date.now();
  const untilMs = to ?? nowMs;
  const range = costRange({ fromMs: from ?? untilMs - since, untilMs }, nowMs);
  if (range === undefined) {
    command.error(`error: the time must begin before it ends and before now, by at most ${RANGE_DAYS_MAX} days`);
  }
  const usages = await withInstalledDatabase(settings, (database) =>
    new UsageStore(database).sum(new Date(range.fromMs), new Date(range.untilMs)),
  );
  return costAnswer(usages, range, settings.price);
}
