import { Command, InvalidArgumentError } from 'commander';

import type { ClientSettings } from '#contracts/client-answer.js';
import {
  ASSETS_PER_DAY_MAX,
  CLIENT_NAME,
  CLIENT_NAME_RULE,
  RETENTION_DAYS_MAX,
  UPLOADS_PER_MINUTE_MAX,
} from '#contracts/client-body.js';
import { dayOf, firstIdAt } from '#moderation/limits/day.js';
import { ClientStore, type Client, type ClientChange } from '#persistence/client-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { cliActs, type CliActs } from '../acting.js';
import { clientsTable, describeClient } from '../clients/clients-text.js';
import { orNull, readCountOrNone, type CountOrNone } from '../count-or-none.js';
import { withInstalledDatabase } from '../reach-database.js';

/** More clients than people look through. */
const LISTED_MAX = 1_000;

interface Options {
  readonly json?: boolean;
}
type SettingOptions = Options & { readonly [Name in keyof ClientSettings]?: CountOrNone };

/** `portcullis clients`: who uploads, how much they may send, and how long it is kept. */
export function clientsCommand(): Command {
  return new Command('clients')
    .description('make upload clients, look at them, say how much they may send and how long it is kept')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(setCommand());
}

const createCommand = (): Command =>
  setting(new Command('create').description('make a client; `keys create` makes its keys'))
    .argument('<name>', 'of letters, digits, and . _ -', readName)
    .action((name: string, options: SettingOptions) =>
      withClients(async (clients, { act }) => {
        const { uploadsPerMinute = null, assetsPerDay = null, retentionDays = null } = changeOf(options);
        const deed = { act: 'client.create', subject: 'client', madeId: ({ id }: Client) => id } as const;
        const client = await act(deed, async () => {
          const made = await clients.create(name, { uploadsPerMinute, assetsPerDay, retentionDays });
          if (made === undefined) throw new Error(`there is a client called ${name} already`);
          return made;
        });
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
        const { all: assetsToday, inferred: inferredToday } = await clients.countAssets(client.id, midnight, midnight);
        const today = { assetsToday, inferredToday };
        print(json, { ...client, ...today }, () => describeClient(client, today));
      }),
    );

const setCommand = (): Command =>
  setting(
    new Command('set').description(
      'change how much a client may send, which the services follow within seconds, and how long it is kept',
    ),
  )
    .argument('<name>')
    .action((name: string, options: SettingOptions) =>
      withClients(async (clients, { act }) => {
        const { id } = await clientCalled(clients, name);
        const deed = { act: 'client.change', subject: 'client', id } as const;
        const client = await act(deed, () => clients.change(id, changeOf(options)));
        if (client === undefined) throw new Error(`there is no client called ${name} any more`);
        print(options.json, client, () => clientsTable([client]));
      }),
    );

const changeOf = ({ uploadsPerMinute, assetsPerDay, retentionDays }: SettingOptions): ClientChange => ({
  uploadsPerMinute: orNull(uploadsPerMinute),
  assetsPerDay: orNull(assetsPerDay),
  retentionDays: orNull(retentionDays),
});

async function clientCalled(clients: ClientStore, name: string): Promise<Client> {
  const client = await clients.find({ name });
  if (client === undefined) throw new Error(`there is no client called ${name}; \`clients list\` shows all`);
  return client;
}

const withClients = (work: (clients: ClientStore, acts: CliActs) => Promise<void>): Promise<void> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (database) => {
    const acts = cliActs(database);
    return work(new ClientStore(acts.database), acts);
  });

const jsonable = (command: Command): Command => command.option('--json', 'print the answer as JSON');

const setting = (command: Command): Command =>
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
    )
    .option(
      '--retention-days <days>',
      'after its final an asset is kept as long, then it is erased for good; or none',
      readCountOrNone(1, RETENTION_DAYS_MAX),
    );

function readName(text: string): string {
  if (CLIENT_NAME.test(text)) return text;
  throw new InvalidArgumentError(`${CLIENT_NAME_RULE}.`);
}

function print(json = false, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}
