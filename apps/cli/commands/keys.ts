import { Command, InvalidArgumentError, Option } from 'commander';

import { CLIENT_SCOPES, roleFor, ROLES, SCOPES, scopesOfPerson, type Role, type Scope } from '#contracts/access.js';
import { CLIENT_NAME, CLIENT_NAME_RULE } from '#contracts/client-body.js';
import { OVERLAP_HOURS_DEFAULT, OVERLAP_HOURS_MAX } from '#contracts/key-body.js';
import { AccessStore } from '#persistence/access-store.js';
import { ClientStore } from '#persistence/client-store.js';
import { KeyStore } from '#persistence/key-store.js';
import { newSecret } from '#service/new-secret.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { cliActs } from '../acting.js';
import { ensureClient } from '../keys/ensure-client.js';
import { keyCalled } from '../keys/key-called.js';
import { keysTable } from '../keys/keys-text.js';
import { withInstalledDatabase } from '../reach-database.js';

/** More keys than people look through. */
const LISTED_MAX = 1_000;
const HOUR_MS = 3_600_000;
const KEY = 'its id, or its beginning as `keys list` shows it';
const NOT_AGAIN = 'It is not shown again:';

interface CreateOptions {
  readonly client?: string;
  readonly role?: Role;
  readonly holder?: string;
  readonly scopes?: readonly Scope[];
  readonly expires?: Date;
  readonly json?: boolean;
}

/** `portcullis keys`: the keys of an installation, in its database. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('make, list, replace and end keys: of upload clients, of moderators and of admins')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand());
}

const createCommand = (): Command =>
  new Command('create')
    .description('make a key; shown this once')
    .option(
      '--client <name>',
      'whose: of letters, digits, and . _ -; made too when there is none of that name',
      readName,
    )
    .addOption(
      new Option('--role <role>', 'left out: `admin` where that is the scope, otherwise `client`').choices(ROLES),
    )
    .option('--holder <name>', 'who acts with it, for the other roles', readName)
    .addOption(
      new Option(
        '--scopes <scopes>',
        `some of ${SCOPES.join(', ')}, with commas between; left out: upload,read. An admin's key has admin alone`,
      ).argParser(readScopes),
    )
    .option('--expires <time>', 'such as 2030-01-31T12:00:00Z; left out: until it is revoked', readTime)
    .option('--json', 'print the key and what it may do as JSON')
    .action(async (options: CreateOptions, command: Command) => {
      const { client, role = roleFor(options.scopes), holder, expires, json = false } = options;
      const owner = role === 'client' ? client : holder;
      if (owner === undefined) {
        command.error(
          `error: name ${role === 'client' ? 'whose key it is with --client' : 'who acts with it with --holder'}`,
        );
      }
      const secret = newSecret();
      const own = role === 'client' ? SCOPES.filter((scope) => scope !== 'admin') : scopesOfPerson(role);
      const beyond = options.scopes?.find((scope) => !own.includes(scope));
      if (beyond !== undefined) command.error(`error: a key of the role ${role} has not the scope ${beyond}`);
      const may = role === 'client' ? (options.scopes ?? CLIENT_SCOPES) : own;
      await withDatabase(async (database) => {
        const acts = cliActs(database);
        const access = new AccessStore(acts.database);
        const clientId = role === 'client' ? await ensureClient(acts, owner) : null;
        const expiresAt = expires ?? null;
        await acts.act({ act: 'key.create', subject: 'key', madeId: (id: string) => id }, () =>
          access.addKey({ secret, role, clientId, holder: holder ?? owner, scopes: may, expiresAt }),
        );
      });
      const whose = role === 'client' ? { client: owner } : { role, holder: owner };
      const said = may.length === 0 ? whose : { ...whose, scopes: may };
      tell(json, secret, said, `A key of ${owner} for ${may.join(', ') || `the role ${role}`}. ${NOT_AGAIN}`);
    });

const listCommand = (): Command =>
  new Command('list')
    .description('all keys, the newest first: whose they are and what they may do; secrets are not kept')
    .option('--client <name>', 'those of one client')
    .option('--json', 'print them as JSON')
    .action(async ({ client, json = false }: { client?: string; json?: boolean }) => {
      const keys = await withDatabase(async (database) => {
        const of = client === undefined ? undefined : await new ClientStore(database).find({ name: client });
        if (client !== undefined && of === undefined) throw new Error(`there is no client called ${client}`);
        return new KeyStore(database).page({ clientId: of?.id, limit: LISTED_MAX });
      });
      process.stdout.write(json ? `${JSON.stringify(keys)}\n` : keysTable(keys));
    });

const rotateCommand = (): Command =>
  new Command('rotate')
    .description('make another key in place of one, which goes on for a while; shown this once')
    .argument('<key>', KEY)
    .addOption(
      new Option('--overlap-hours <hours>', 'how long the old one goes on; 0: it stops at once')
        .default(OVERLAP_HOURS_DEFAULT)
        .argParser(readHours),
    )
    .option('--json', 'print both keys as JSON')
    .action(async (named: string, { overlapHours, json = false }: { overlapHours: number; json?: boolean }) => {
      const secret = newSecret();
      const rotated = await withDatabase(async (database) => {
        const acts = cliActs(database);
        const keys = new KeyStore(acts.database);
        const { id } = await keyCalled(keys, named);
        return acts.act({ act: 'key.rotate', subject: 'key', id }, async () => {
          const done = await keys.rotate(id, { secret, overlapMs: overlapHours * HOUR_MS });
          if (done.kind === 'refused') throw new Error(`the key cannot be rotated: it is ${done.why}`);
          return done;
        });
      });
      const { key, replaced } = rotated;
      const until = `The old key goes on until ${replaced.expiresAt?.toISOString() ?? ''}.`;
      tell(json, secret, { key, replaced }, `${until} The new one of ${key.holder}. ${NOT_AGAIN}`);
    });

const revokeCommand = (): Command =>
  new Command('revoke')
    .description('end a key for good; every service has heard of it after five seconds')
    .argument('<key>', KEY)
    .option('--json', 'print the key as JSON')
    .action(async (named: string, { json = false }: { json?: boolean }) => {
      const key = await withDatabase(async (database) => {
        const acts = cliActs(database);
        const keys = new KeyStore(acts.database);
        const { id } = await keyCalled(keys, named);
        return acts.act({ act: 'key.revoke', subject: 'key', id }, () => keys.revoke(id));
      });
      if (key === undefined) throw new Error('the key is not there any more');
      process.stdout.write(json ? `${JSON.stringify(key)}\n` : keysTable([key]));
    });

const withDatabase = <T>(work: Parameters<typeof withInstalledDatabase<T>>[1]): Promise<T> =>
  withInstalledDatabase(readSettings(process.env, ROOT), work);

/** The secret alone goes to the output, so that it can be piped. @param rest of the JSON answer, where that was asked for */
function tell(json: boolean, secret: string, rest: Readonly<Record<string, unknown>>, words: string): void {
  if (!json) process.stderr.write(`${words}\n`);
  process.stdout.write(json ? `${JSON.stringify({ ...rest, secret })}\n` : `${secret}\n`);
}

function readName(text: string): string {
  if (CLIENT_NAME.test(text)) return text;
  throw new InvalidArgumentError(`${CLIENT_NAME_RULE}.`);
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-/.test(text) && time.getTime() > Date.now()) return time;
  throw new InvalidArgumentError('must be a time that lies ahead, such as 2030-01-31T12:00:00Z.');
}

function readHours(text: string): number {
  const hours = Number(text);
  if (/^\d+$/.test(text) && hours <= OVERLAP_HOURS_MAX) return hours;
  throw new InvalidArgumentError(`must be a whole number from 0 to ${OVERLAP_HOURS_MAX}.`);
}

function readScopes(text: string): Scope[] {
  const named = text.split(',').map((word) => word.trim());
  const scopes = SCOPES.filter((scope) => named.includes(scope));
  if (named.every((word) => scopes.some((scope) => scope === word))) return scopes;
  throw new InvalidArgumentError(`must be some of ${SCOPES.join(', ')}, with commas between.`);
}
