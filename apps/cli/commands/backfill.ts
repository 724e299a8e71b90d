import { Command, InvalidArgumentError, Option } from 'commander';

import type { CampaignOrder } from '#moderation/campaigns/campaign.js';
import { RECORDS } from '#moderation/campaigns/candidate.js';
import { FINDINGS } from '#moderation/label.js';
import { TRAFFIC_CLASSES, VERDICTS } from '#moderation/words.js';

import { reachCampaigns, type CampaignClient } from '../backfill/campaign-client.js';
import { campaignsTable, campaignText, planText } from '../backfill/campaign-text.js';
import { reportText } from '../backfill/report-text.js';
import { watchCampaign } from '../backfill/watch-campaign.js';
import { reaching, type ReachOptions } from '../connect-console.js';
import { progressBar } from '../progress-bar.js';

const LISTED = 20;
const EXAMPLES_MAX = 50;
/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_DONE = 1;

interface Options extends ReachOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}
/** What `POST /api/campaigns` takes, under the same names. */
type PlanOptions = Options & Readonly<Partial<Record<(typeof FIELDS)[number], string | number>>>;

const FIELDS = [
  'name',
  'note',
  'receivedFrom',
  'receivedBefore',
  'modelId',
  'policyVersion',
  'label',
  'verdict',
  'trafficClass',
  'client',
  'record',
  'rateMaxPerSecond',
] as const;

/** `portcullis backfill`: campaigns that label past assets again, over the console service of an installation. */
export function backfillCommand(): Command {
  return new Command('backfill')
    .description('label past assets again with the heavy model that is served now, look at what would change, apply it')
    .addCommand(planCommand())
    .addCommand(orderCommand('start', 'begin the work of a draft; nothing changes for clients', 'judged'))
    .addCommand(statusCommand())
    .addCommand(orderCommand('pause', 'stop after the page in hand'))
    .addCommand(orderCommand('resume', 'go on where it was paused, or where it failed', 'judged'))
    .addCommand(reportCommand())
    .addCommand(
      orderCommand('apply', 'what it found becomes decisions, where nothing else was decided since', 'applied'),
    )
    .addCommand(orderCommand('retry', 'try again to look at what it could not look at', 'judged'))
    .addCommand(orderCommand('discard', 'nothing of it will be applied; its report stays'))
    .addCommand(
      orderCommand('rollback', 'what stood before is in force again, where its decision still stands', 'restored'),
    );
}

const planCommand = (): Command =>
  commandOf('plan', 'count what a campaign would do, and keep it as a draft')
    .requiredOption('--name <text>', 'what people know it by')
    .option('--note <text>', 'why')
    .option('--received-from <time>', 'such as 2026-01-31T12:00:00Z')
    .option('--received-before <time>', '(default: now)')
    .option('--model-id <version>', 'decided by this model version, such as inception_v3/1.0.0')
    .option('--policy-version <number>', 'decided by this policy', readNumber)
    .addOption(new Option('--label <label>', 'named in the reasons').choices(FINDINGS))
    .addOption(new Option('--verdict <verdict>', 'in force').choices(VERDICTS))
    .addOption(new Option('--traffic-class <class>', 'came in this class').choices(TRAFFIC_CLASSES))
    .option('--client <name>', 'of this client')
    .addOption(
      new Option('--record <what>', 'what becomes a decision: other verdicts, or every asset judged').choices(RECORDS),
    )
    .option('--rate-max-per-second <number>', 'looks by the heavy tier (default: as it has time)', readNumber)
    .addHelpText('after', '\nWithout options of choice: every past asset. New assets always go first.')
    .action(async (options: PlanOptions) => {
      const answer = await (await reachCampaigns(options)).draft(bodyOf(options));
      print(options, answer, () => planText(answer.campaign, answer.plan));
    });

const statusCommand = (): Command =>
  watching(commandOf('status', 'how far a campaign is; without one, the newest of them'))
    .argument('[campaign]', 'its id')
    .action(async (id: string | undefined, options: Options) => {
      const client = await reachCampaigns(options);
      if (id !== undefined) return show(client, id, options, 'done');
      const campaigns = await client.list(LISTED);
      print(options, campaigns, () => campaignsTable(campaigns));
    });

const reportCommand = (): Command =>
  commandOf('report', 'what a campaign has found: verdicts before and now, by label, with examples')
    .argument('<campaign>', 'its id')
    .addOption(
      new Option('--examples <number>', `of each change, up to ${EXAMPLES_MAX}`).default(5).argParser(readNumber),
    )
    .action(async (id: string, options: Options & { examples: number }) => {
      const report = await (await reachCampaigns(options)).report(id, options.examples);
      print(options, report, () => reportText(report));
    });

/** @param does what its bar counts; left out: it is done at once */
function orderCommand(order: CampaignOrder, description: string, does?: string): Command {
  const command = commandOf(order, description).argument('<campaign>', 'its id');
  return (does === undefined ? command : watching(command)).action(async (id: string, options: Options) => {
    const client = await reachCampaigns(options);
    await client.order(id, order);
    await show(client, id, options, does ?? order);
  });
}

/** Prints a campaign; where it is watched, when it rests. */
async function show(client: CampaignClient, id: string, options: Options, does: string): Promise<void> {
  const watched = options.watch === true;
  const campaign = await (watched ? watchCampaign(client, id, progressBar(does)) : client.read(id));
  print(options, campaign, () => campaignText(campaign));
  if (watched && campaign.state === 'failed') process.exitCode = EXIT_NOT_DONE;
}

const commandOf = (name: string, description: string): Command => reaching(new Command(name).description(description));

const watching = (command: Command): Command =>
  command
    .option('--watch', 'stay until it rests; it goes on without')
    .addHelpText('after', '\nExit code: 0, or 1 when it was watched and failed, 2 or 78 when it could not be asked.');

const bodyOf = (options: PlanOptions): Readonly<Record<string, unknown>> =>
  Object.fromEntries(FIELDS.map((field) => [field, options[field]]));

function print({ json = false }: Options, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}

function readNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError('must be a number.');
}
