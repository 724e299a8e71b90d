import { Command, InvalidArgumentError, Option } from 'commander';

import { DELIVERY_STATES, type DeliveryState, type EndpointState } from '#moderation/events/event-types.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { cliActs, type CliActs } from '../acting.js';
import { withInstalledDatabase } from '../reach-database.js';
import { deliveriesTable, endpointsTable } from '../webhooks/webhooks-text.js';

/** More than people look through. */
const ENDPOINTS_MAX = 1_000;
const DELIVERIES_MAX = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Options {
  readonly json?: boolean;
}

interface Stores {
  readonly webhooks: WebhookStore;
  readonly log: DeliveryLogStore;
  readonly acts: CliActs;
}

/** `portcullis webhooks`: the endpoints of an installation, in its database. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('look after the endpoints that clients have their events sent to (docs/webhooks.md)')
    .addCommand(listCommand())
    .addCommand(deliveriesCommand())
    .addCommand(
      switchCommand(
        'disable',
        'disabled',
        'send nothing more to an endpoint until it is enabled here; nothing is kept for it meanwhile',
      ),
    )
    .addCommand(switchCommand('enable', 'enabled', 'send events to an endpoint again, and what waited before'))
    .addCommand(replayCommand());
}

const listCommand = (): Command =>
  withJson(new Command('list'))
    .description('endpoints of all clients, the oldest first, with what waits for them and what has failed')
    .action(async (options: Options) => {
      const endpoints = await withStores(({ webhooks }) => webhooks.listAll(ENDPOINTS_MAX));
      print(options, endpoints, () => endpointsTable(endpoints));
    });

const deliveriesCommand = (): Command =>
  withJson(new Command('deliveries'))
    .description(`the newest ${DELIVERIES_MAX} deliveries of an endpoint, and what came of them`)
    .argument('<endpoint>', 'its id', readId)
    .addOption(new Option('--state <state>', 'only those').choices(DELIVERY_STATES))
    .action(async (id: string, { state, ...options }: Options & { state?: DeliveryState }) => {
      const deliveries = await withStores(async ({ webhooks, log }) => {
        await mustExist(webhooks, id);
        return log.page(id, { state, limit: DELIVERIES_MAX });
      });
      print(options, deliveries, () => deliveriesTable(deliveries));
    });

const switchCommand = (name: string, state: EndpointState, description: string): Command =>
  withJson(new Command(name))
    .description(description)
    .argument('<endpoint>', 'its id', readId)
    .action(async (id: string, options: Options) => {
      const act = state === 'enabled' ? 'webhook.enable' : 'webhook.disable';
      const endpoint = await withStores(({ webhooks, acts }) =>
        acts.act({ act, subject: 'webhook', id }, async () => {
          const switched = await webhooks.switchByAdmin(id, state);
          // thrown here: what was not done is not written down
          if (switched === undefined) throw unknownEndpoint(id);
          return switched;
        }),
      );
      print(options, endpoint, () => `${endpoint.url} is ${state}\n`);
    });

const replayCommand = (): Command =>
  withJson(new Command('replay'))
    .description('send an event to an endpoint again, under its id, whatever came of it before')
    .argument('<endpoint>', 'its id', readId)
    .argument('<event>', 'its id', readId)
    .action(async (id: string, eventId: string, options: Options) => {
      await withStores(async ({ webhooks, log, acts }) => {
        await mustExist(webhooks, id);
        const note = () => ({ eventId });
        await acts.act({ act: 'webhook.replay', subject: 'webhook', id, note }, async () => {
          if (await log.replay(id, eventId)) return;
          throw new Error(`this endpoint has no delivery of the event ${eventId}`);
        });
      });
      print(options, { endpointId: id, eventId }, () => `${eventId} is sent again\n`);
    });

const withJson = (command: Command): Command => command.option('--json', 'print it as JSON');

const withStores = <T>(work: (stores: Stores) => Promise<T>): Promise<T> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (source) => {
    const acts = cliActs(source);
    const { database } = acts;
    return work({ webhooks: new WebhookStore(database), log: new DeliveryLogStore(database), acts });
  });

/** @throws Error in words when there is no such endpoint */
async function mustExist(webhooks: WebhookStore, id: string): Promise<void> {
  if (!(await webhooks.exists(id))) throw unknownEndpoint(id);
}

const unknownEndpoint = (id: string): Error =>
  new Error(`there is no endpoint ${id}: \`portcullis webhooks list\` shows them`);

function readId(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('must be an id such as `portcullis webhooks list` shows.');
}

function print({ json = false }: Options, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}
