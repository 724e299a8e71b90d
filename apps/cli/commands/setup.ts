import { mkdir } from 'node:fs/promises';

import { Command } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { firstAdmin } from '../up/first-admin-text.js';
import { prepareDatabase } from '../up/prepare-database.js';

/** `portcullis setup`: what `up` does to a database before it starts the services. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('make the tables, the first policy and the first keys in DATABASE_URL, then end')
    .action(async () => {
      const { databaseUrl, home } = readSettings(process.env, ROOT);
      if (databaseUrl === undefined) throw new StartRefused('set DATABASE_URL; without one `portcullis up` does all');
      await mkdir(home, { recursive: true, mode: 0o750 });
      const { keys, admin } = await prepareDatabase(databaseUrl, home);
      for (const { file, isNew } of Object.values(keys)) process.stdout.write(`${file}${isNew ? ' (made now)' : ''}\n`);
      for (const line of firstAdmin(admin)) process.stdout.write(`${line}\n`);
    });
}
