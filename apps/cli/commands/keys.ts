import { Command, InvalidArgumentError, Option } from 'commander';

import { SCOPES, type Scope } from '#contracts/access.js';
import { AccessStore } from '#persistence/access-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { keysTable } from '../keys/keys-text.js';
import { newSecret } from '../keys/new-secret.js';
import { withInstalledDatabase } from '../reach-database.js';

/** Letters, digits and a few signs: names stand in tables, logs and metrics. */
const CLIENT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

interface CreateOptions {
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly json?: boolean;
}

/** `portcullis keys`: the keys of an installation, in its database. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('make keys for upload clients, and list all keys')
    .addCommand(createCommand())
    .addCommand(listCommand());
}

const createCommand = (): Command =>
  new Command('create')
    .description('make a key for a client, who is made too when there is none of that name; shown this once')
    .requiredOption('--client <name>', 'of letters, digits, and . _ -', readName)
    .addOption(
      new Option('--scopes <scopes>', `some of ${SCOPES.join(', ')}, with commas between`)
        .default(['upload', 'read'], 'upload,read')
        .argParser(readScopes),
    )
    .option('--json', 'print the key and what it may do as JSON')
    .action(async ({ client, scopes, json = false }: CreateOptions) => {
      const secret = newSecret();
      await withInstalledDatabase(readSettings(process.env, ROOT), async (database) => {
        const access = new AccessStore(database);
        const clientId = await access.ensureClient(client);
        await access.addKey({ secret, role: 'client', clientId, holder: client, scopes });
      });
      if (!json) process.stderr.write(`A key of ${client} for ${scopes.join(', ')}. It is not shown again:\n`);
      process.stdout.write(json ? `${JSON.stringify({ client, scopes, secret })}\n` : `${secret}\n`);
    });

const listCommand = (): Command =>
  new Command('list')
    .description('all keys, the newest first: whose they are and what they may do; secrets are not kept')
    .option('--json', 'print them as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const keys = await withInstalledDatabase(readSettings(process.env, ROOT), (database) =>
        new AccessStore(database).keys(),
      );
      process.stdout.write(json ? `${JSON.stringify(keys)}\n` : keysTable(keys));
    });

function readName(text: string): string {
  if (CLIENT_NAME.test(text)) return text;
  throw new InvalidArgumentError('must be up to 64 letters, digits and . _ -, and begin with a letter or a digit.');
}

function readScopes(text: string): Scope[] {
  const named = text.split(',').map((word) => word.trim());
  const scopes = SCOPES.filter((scope) => named.includes(scope));
  if (named.every((word) => scopes.some((scope) => scope === word))) return scopes;
  throw new InvalidArgumentError(`must be some of ${SCOPES.join(', ')}, with commas between.`);
}
