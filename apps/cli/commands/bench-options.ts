import { join } from 'node:path';

import { InvalidArgumentError, Option, type Command } from 'commander';

import { ROOT } from '#service/run-service.js';

const REPORTS = 'docs/benchmarks';

/** Adds what every benchmark's command has: where its report goes, and how it is printed. */
export function reporting(command: Command): Command {
  return command
    .addOption(new Option('--out <folder>', 'where the report goes').default(join(ROOT, REPORTS), REPORTS))
    .option('--json', 'print the JSON document instead of the text')
    .addHelpText('after', '\nExit code: 0 when it ran, whether the figures are met or not; another when it did not.');
}

/** Reads a whole number within bounds. */
export const wholeFrom =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
