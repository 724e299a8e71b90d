import { readFile } from 'node:fs/promises';

import { Command, InvalidArgumentError } from 'commander';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { reaching, type ReachOptions } from '../connect-console.js';
import { draftOf } from '../policies/draft-of.js';
import { reachPolicies, type PolicyClient } from '../policies/policy-client.js';
import { diffText, policiesTable, replayText, stepText } from '../policies/policy-text.js';
import { watchReplay } from '../policies/watch-replay.js';

const LISTED = 20;
/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_DONE = 1;

interface Options extends ReachOptions {
  readonly json?: boolean;
}
type NoteOptions = Options & { readonly note?: string };

/** `portcullis policies`: versions of the policy, over the console service of an installation. */
export function policiesCommand(): Command {
  return new Command('policies')
    .description('look at policies, see what one would change, approve, publish, and go back')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(diffCommand())
    .addCommand(draftCommand())
    .addCommand(replayCommand())
    .addCommand(stepCommand('approve', 'agree to a draft that somebody else wrote', (client, of) => client.approve(of)))
    .addCommand(stepCommand('publish', 'put a draft in force', (client, of) => client.publish(of)))
    .addCommand(scheduleCommand())
    .addCommand(rollbackCommand());
}

const listCommand = (): Command =>
  commandOf('list', `the newest ${LISTED} versions`).action(async (options: Options) => {
    const policies = await (await reachPolicies(options)).list(LISTED);
    print(options, policies, () => policiesTable(policies));
  });

const showCommand = (): Command =>
  commandOf('show', 'a version with its document; without one, the live one')
    .argument('[version]', 'its number', readVersion)
    .action(async (version: number | undefined, options: Options) => {
      const policy = await (await reachPolicies(options)).read(version);
      print(options, policy, () => `${JSON.stringify(policy, undefined, 2)}\n`);
    });

const diffCommand = (): Command =>
  commandOf('diff', 'what a version changes')
    .argument('<version>', 'its number', readVersion)
    .option('--against <version>', 'another version (default: the one it was drafted on)', readVersion)
    .action(async (version: number, options: Options & { against?: number }) => {
      const diff = await (await reachPolicies(options)).diff(version, options.against);
      print(options, diff, () => diffText(diff));
    });

const draftCommand = (): Command =>
  commandOf('draft', 'store a new version on top of the live one; it decides nothing yet')
    .argument('<file>', 'JSON: what `show --json` prints, edited; or its `document` alone')
    .requiredOption('--note <text>', 'what changes, and why')
    .option(
      '--base <version>',
      'it was edited from (default: as the file says; needed where it does not): refused when another is live',
      readVersion,
    )
    .action(async (file: string, options: Options & { note: string; base?: number }) => {
      const read: unknown = JSON.parse(await readFile(file, 'utf8'));
      const { note, base } = options;
      const policy = await (await reachPolicies(options)).draft(draftOf(read, note, base));
      print(options, policy, () => stepText(policy));
    });

const replayCommand = (): Command =>
  commandOf('replay', 'what a version would have changed, over stored scores; waits for the end')
    .argument('<version>', 'its number', readVersion)
    .option('--received-from <time>', 'such as 2026-01-31T12:00:00Z (default: seven days before the end)')
    .option('--received-before <time>', '(default: now)')
    .option('--client <name>', 'of this client')
    .addHelpText('after', '\nExit code: 0 when it is done, 1 when it was cancelled or failed, 2 or 78 otherwise.')
    .action(async (version: number, options: Options & ReplayOptions) => {
      const { receivedFrom, receivedBefore, client: ofClient } = options;
      const client = await reachPolicies(options);
      const window = Object.entries({ receivedFrom, receivedBefore, client: ofClient });
      const asked = await client.replay(version, Object.fromEntries(window.filter(([, value]) => value !== undefined)));
      const replay = await watchReplay(client, asked);
      print(options, replay, () => replayText(replay));
      if (replay.state !== 'done') process.exitCode = EXIT_NOT_DONE;
    });

interface ReplayOptions {
  readonly receivedFrom?: string;
  readonly receivedBefore?: string;
  readonly client?: string;
}

const scheduleCommand = (): Command =>
  commandOf('schedule', 'have a draft published at a time; without one, take its time away')
    .argument('<version>', 'its number', readVersion)
    .argument('[time]', 'such as 2026-01-31T12:00:00Z')
    .action(async (version: number, at: string | undefined, options: Options) => {
      const policy = await (await reachPolicies(options)).schedule(version, at);
      print(options, policy, () => stepText(policy));
    });

const rollbackCommand = (): Command =>
  commandOf('rollback', 'put a version that was live in force again, at once, as a new version')
    .argument('<version>', 'its number', readVersion)
    .option('--note <text>', 'why')
    .option('--replaces <version>', 'the live version that is to go: refused when another is live', readVersion)
    .action(async (version: number, options: NoteOptions & { replaces?: number }) => {
      const policy = await (await reachPolicies(options)).rollBack(version, options.note, options.replaces);
      print(options, policy, () => stepText(policy));
    });

const stepCommand = (
  name: string,
  description: string,
  step: (client: PolicyClient, version: number) => Promise<PolicyAnswer>,
): Command =>
  commandOf(name, description)
    .argument('<version>', 'its number', readVersion)
    .action(async (version: number, options: Options) => {
      const policy = await step(await reachPolicies(options), version);
      print(options, policy, () => stepText(policy));
    });

const commandOf = (name: string, description: string): Command => reaching(new Command(name).description(description));

function readVersion(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a version, a whole number from 1.');
}

function print({ json = false }: Options, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}
