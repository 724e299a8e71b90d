import 'reflect-metadata';

import { Command, CommanderError } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import { SettingsRefused } from '#settings/read-environment.js';

import { backfillCommand } from './commands/backfill.js';
import { banksCommand } from './commands/banks.js';
import { benchCommand } from './commands/bench.js';
import { costsCommand } from './commands/costs.js';
import { deadLettersCommand } from './commands/dead-letters.js';
import { demoCommand } from './commands/demo.js';
import { freshnessCommand } from './commands/freshness.js';
import { keysCommand } from './commands/keys.js';
import { modelsCommand } from './commands/models.js';
import { planCommand } from './commands/plan.js';
import { referenceCommand } from './commands/reference.js';
import { scheduleCommand } from './commands/schedule.js';
import { setupCommand } from './commands/setup.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';

const program = new Command('portcullis')
  .description('Self-hosted, hybrid two-tier image moderation')
  .showHelpAfterError('(see --help)')
  .exitOverride()
  .addCommand(upCommand())
  .addCommand(demoCommand())
  .addCommand(setupCommand())
  .addCommand(referenceCommand())
  .addCommand(planCommand())
  .addCommand(banksCommand())
  .addCommand(backfillCommand())
  .addCommand(scheduleCommand())
  .addCommand(keysCommand())
  .addCommand(deadLettersCommand())
  .addCommand(freshnessCommand())
  .addCommand(verifyCommand())
  .addCommand(costsCommand())
  .addCommand(benchCommand())
  .addCommand(modelsCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.exitCode = exitCodeOf(error);
}

/** 78 (EX_CONFIG) for what an operator must mend first, as the services have it; 1 is left to commands that answer no. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  return error instanceof StartRefused || error instanceof SettingsRefused ? 78 : 2;
}
