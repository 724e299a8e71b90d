import 'reflect-metadata';

import { Command, CommanderError } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import { SettingsRefused } from '#settings/read-environment.js';

import { auditCommand } from './commands/audit.js';
import { backfillCommand } from './commands/backfill.js';
import { banksCommand } from './commands/banks.js';
import { batchesCommand } from './commands/batches.js';
import { benchCommand } from './commands/bench.js';
import { clientsCommand } from './commands/clients.js';
import { costsCommand } from './commands/costs.js';
import { deadLettersCommand } from './commands/dead-letters.js';
import { demoCommand } from './commands/demo.js';
import { eraseCommand } from './commands/erase.js';
import { freshnessCommand } from './commands/freshness.js';
import { ingestCommand } from './commands/ingest.js';
import { keysCommand } from './commands/keys.js';
import { modelsCommand } from './commands/models.js';
import { personsCommand } from './commands/persons.js';
import { planCommand } from './commands/plan.js';
import { policiesCommand } from './commands/policies.js';
import { referenceCommand } from './commands/reference.js';
import { scheduleCommand } from './commands/schedule.js';
import { setupCommand } from './commands/setup.js';
import { submitCommand } from './commands/submit.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';
import { webhooksCommand } from './commands/webhooks.js';

const program = new Command('portcullis')
  .description('Self-hosted, hybrid two-tier image moderation')
  .showHelpAfterError('(see --help)')
  .exitOverride()
  // options behind the name of a command are that command's, also where the command above has one of that name
  .enablePositionalOptions()
  .addCommand(upCommand())
  .addCommand(demoCommand())
  .addCommand(setupCommand())
  .addCommand(referenceCommand())
  .addCommand(planCommand())
  .addCommand(policiesCommand())
  .addCommand(banksCommand())
  .addCommand(backfillCommand())
  .addCommand(scheduleCommand())
  .addCommand(submitCommand())
  .addCommand(ingestCommand())
  .addCommand(batchesCommand())
  .addCommand(clientsCommand())
  .addCommand(keysCommand())
  .addCommand(personsCommand())
  .addCommand(auditCommand())
  .addCommand(webhooksCommand())
  .addCommand(deadLettersCommand())
  .addCommand(eraseCommand())
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
