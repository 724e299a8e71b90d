import { Command, InvalidArgumentError, Option } from 'commander';

import { readDeadLetterId, type DeadLetterState } from '#contracts/dead-letter.js';
import { DEAD_REASONS, explainDeadLetter } from '#moderation/dead-letter.js';
import { isHuman } from '#moderation/standing.js';
import { DeadLetterStore, type Closed, type Closer } from '#persistence/dead-letter-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';
import type { BytesPresence } from '#storage/asset-bytes.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';

import { cliActs, type CliActs } from '../acting.js';
import { closeAll, type Chosen } from '../dead-letters/close-all.js';
import { deadLettersTable, describeClosed, describeDeadLetter } from '../dead-letters/dead-letters-text.js';
import { withInstalledDatabase } from '../reach-database.js';

/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_ALL = 1;
const EXIT_CODES = '\nExit code: 0 when it was done, 1 when it was not for one of them, 2 or 78 when it failed.';
const LIMIT_MAX = 10_000;
const BY = 'cli';
const DONE = { resubmit: 'resubmitted', discard: 'discarded' } as const;

interface ListOptions {
  readonly state: DeadLetterState;
  readonly reason?: string;
  readonly after?: number;
  readonly limit: number;
  readonly json?: boolean;
}

interface CloseOptions {
  readonly reason?: string;
  readonly note: string;
  readonly json?: boolean;
}

/** `portcullis dead-letters`: what the heavy tier gave up on, in the installation's database. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('what the heavy tier gave up on: list, explain, have it tried again, or give it up for good')
    .addCommand(listCommand())
    .addCommand(explainCommand())
    .addCommand(
      closeCommand('resubmit', 'have assets tried again; the tries count anew', (store, ids, closer) =>
        store.resubmit(ids, closer),
      ),
    )
    .addCommand(
      closeCommand('discard', 'give them up for good: their assets stay with a human', (store, ids, closer) =>
        store.discard(ids, closer),
      ),
    );
}

const listCommand = (): Command =>
  new Command('list')
    .description('dead letters, the newest first')
    .addOption(new Option('--state <state>', 'which').choices(['open', 'closed']).default('open'))
    .addOption(reasonOption())
    .option('--after <id>', 'only those before this one', readId)
    .option('--limit <count>', `how many at most, up to ${LIMIT_MAX}`, readLimit, 50)
    .option('--json', 'print them as JSON')
    .action(async ({ json = false, ...filter }: ListOptions) => {
      const letters = await withStore((store) => store.page(filter));
      process.stdout.write(json ? `${JSON.stringify(letters)}\n` : deadLettersTable(letters));
    });

const explainCommand = (): Command =>
  new Command('explain')
    .description('one of them: what happened, what was tried, what to do now')
    .argument('<id>', 'its number', readId)
    .option('--json', 'print it as JSON')
    .action(async (id: number, { json = false }: { json?: boolean }) => {
      const letter = await withStore((store) => store.find(id));
      if (letter === undefined) throw new Error(`there is no dead letter ${id}`);
      const bytes = await presenceOf(letter.assetId);
      const said = explainDeadLetter({ ...letter, humanDecided: isHuman(letter.standing.source), bytes });
      const { asset, standing, ...row } = letter;
      const { verdict, source, reasons } = standing;
      const answer = { ...row, bytes, served: asset.served, standing: { verdict, source, reasons }, explanation: said };
      process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeDeadLetter(letter, said, bytes));
    });

async function presenceOf(assetId: string): Promise<BytesPresence> {
  const { home, storage } = readSettings(process.env, ROOT);
  const bytes = await openAssetBytes(home, storage);
  try {
    return await bytes.presence(assetId);
  } finally {
    await bytes.close();
  }
}

type Close = (store: DeadLetterStore, ids: readonly number[], closer: Closer) => Promise<Closed<string>[]>;

const closeCommand = (name: 'resubmit' | 'discard', description: string, close: Close): Command =>
  new Command(name)
    .description(description)
    .argument('[id...]', 'their numbers', (text, ids: number[] | undefined) => [...(ids ?? []), readId(text)])
    .addOption(reasonOption())
    .requiredOption('--note <text>', 'why; kept with them')
    .option('--json', 'print what became of each as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (ids: number[], { reason, note, json = false }: CloseOptions) => {
      const chosen = choose(ids, reason);
      const deed = {
        act: `dead_letter.${name}`,
        subject: 'dead_letter',
        note: (closed: unknown) => ({ items: closed }),
      } as const;
      const items = await withStore((store, acts) =>
        closeAll(store, chosen, name, (some) => acts.act(deed, () => close(store, some, { by: BY, note }))),
      );
      process.stdout.write(json ? `${JSON.stringify({ items })}\n` : describeClosed(items));
      if (items.some(({ outcome }) => outcome !== DONE[name])) process.exitCode = EXIT_NOT_ALL;
    });

/** @throws Error unless letters are named either one by one or by a reason */
function choose(ids: readonly number[], reason: string | undefined): Chosen {
  if (ids.length > 0 && reason === undefined) return { ids };
  if (ids.length === 0 && reason !== undefined) return { reason };
  throw new Error('name dead letters by their numbers, or all of a reason with --reason');
}

const withStore = <T>(work: (store: DeadLetterStore, acts: CliActs) => Promise<T>): Promise<T> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (database) => {
    const acts = cliActs(database);
    return work(new DeadLetterStore(acts.database), acts);
  });

const reasonOption = (): Option => new Option('--reason <reason>', 'only those that ended so').choices(DEAD_REASONS);

function readId(text: string): number {
  const id = readDeadLetterId(text);
  if (id === undefined) throw new InvalidArgumentError('must be the number of a dead letter.');
  return id;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${LIMIT_MAX}.`);
}
