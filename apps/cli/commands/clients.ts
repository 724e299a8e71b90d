import { Command, InvalidArgumentError } from 'commander';

import type { ClientLimits } from '#contracts/access.js';
import { ASSETS_PER_DAY_MAX, CLIENT_NAME, CLIENT_NAME_RULE, UPLOADS_PER_MINUTE_MAX } from '#contracts/client-body.js';
import { dayOf, firstIdAt } from '#moderation/limits/day.js';
import { ClientStore, type Client, type LimitChange } from '#persistence/client-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { clientsTable, describeClient } from '../clients/clients-text.js';
import { orNull, readCountOrNone, type CountOrNone } from '../count-or-none.js';
import { withInstalledDatabase } from '../reach-database.js';

/** More clients than people look through. */
const LISTED_MAX = 1_000;

interface Options {
  readonly json?: boolean;
}
type LimitOptions = Options & { readonly [Name in keyof ClientLimits]?: CountOrNone };

/** `portcullis clients`: who uploads, and how much they may send. */
export function clientsCommand(): Command {
  return new Command('clients')
    .description('make upload clients, look at them, and say how much they may send')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(setCommand());
}

const createCommand = (): Command =>
  limiting(new Command('create').description('make a client; `keys create` makes its keys'))
    .argument('<name>', 'of letters, digits, and . _ -', readName)
    .action((name: string, options: LimitOptions) =>
      withClients(async (clients) => {
        const { uploadsPerMinute = null, assetsPerDay = null } = limitsOf(options);
        const client = await clients.create(name, { uploadsPerMinute, assetsPerDay });
        if (client === undefined) throw new Error(`there is a client called ${name} already`);
        print(options.json, client, () => clientsTable([client]));
      }),
    );

const listCommand = (): Command =>
  jsonable(new Command('list').description('all clients, the newest first')).action(({ json }: Options) =>
    withClients(async (clients) => {
      const all = await clients.page(LISTED_MAX);
      print(json, all, () => clientsTable(all));
    }),
  );

const showCommand = (): Command =>
  jsonable(new Command('show').description('a client, with how much it has sent today'))
    .argument('<name>')
    .action((name: string, { json }: Options) =>
      withClients(async (clients) => {
        const client = await clientCalled(clients, name);
        const midnight = firstIdAt(dayOf(Date.now()).startMs);
        const { all: assetsToday } = await clients.countAssets(client.id, midnight, midnight);
        print(json, { ...client, assetsToday }, () => describeClient(client, assetsToday));
      }),
    );

const setCommand = (): Command =>
  limiting(new Command('set').description('change how much a client may send; the services follow within seconds'))
    .argument('<name>')
    .action((name: string, options: LimitOptions) =>
      withClients(async (clients) => {
        const { id } = await clientCalled(clients, name);
        const client = await clients.change(id, limitsOf(options));
        if (client === undefined) throw new Error(`there is no client called ${name} any more`);
        print(options.json, client, () => clientsTable([client]));
      }),
    );

const limitsOf = ({ uploadsPerMinute, assetsPerDay }: LimitOptions): LimitChange => ({
  uploadsPerMinute: orNull(uploadsPerMinute),
  assetsPerDay: orNull(assetsPerDay),
});

async function clientCalled(clients: ClientStore, name: string): Promise<Client> {
  const client = await clients.find({ name });
  if (client === undefined) throw new Error(`there is no client called ${name}; \`clients list\` shows all`);
  return client;
}

const withClients = (work: (clients: ClientStore) => Promise<void>): Promise<void> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (database) => work(new ClientStore(database)));

const jsonable = (command: Command): Command => command.option('--json', 'print the answer as JSON');

const limiting = (command: Command): Command =>
  jsonable(command)
    .option(
      '--uploads-per-minute <count>',
      'at each upload service, or none',
      readCountOrNone(1, UPLOADS_PER_MINUTE_MAX),
    )
    .option(
      '--assets-per-day <count>',
      'from midnight to midnight UTC, or none',
      readCountOrNone(1, ASSETS_PER_DAY_MAX),
    );

function readName(text: string): string {
  if (CLIENT_NAME.test(text)) return text;
  throw new InvalidArgumentError(`${CLIENT_NAME_RULE}.`);
}

function print(json = false, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}
