import { Argument, Command, Option } from 'commander';

import type { ImportAnswer } from '#contracts/bank-answer.js';
import { BANK_DISTANCE_MAX, BANK_KINDS, type BankKind } from '#moderation/banks/bank.js';
import { readHashList } from '#moderation/banks/hash-list.js';

import { banksTable, describeDisabled, describeImport } from '../banks/banks-text.js';
import { importFile } from '../banks/import-file.js';
import { reachConsole } from '../banks/reach-console.js';
import { reaching as reachingConsole, type ReachOptions } from '../connect-console.js';
import { orNull, readCountOrNone, type CountOrNone } from '../count-or-none.js';
import { progressBar } from '../progress-bar.js';

/** As far ahead as times go. */
const FURTHER_NOTICE = '9999-12-31T00:00:00Z';
/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_ALL = 1;
const HASH = 'sha256:<64 hex> or the digits alone, or pdq:<64 hex>[,quality]';

interface Options extends ReachOptions {
  readonly json?: boolean;
}
type NoteOptions = Options & { readonly note?: string };

/** `portcullis banks`: the banks of known hashes of an installation that runs, over its console service. */
export function banksCommand(): Command {
  return new Command('banks')
    .description('look at and change the banks of known hashes; the services follow within a second or two')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(addCommand())
    .addCommand(importCommand())
    .addCommand(lookUpCommand())
    .addCommand(removeCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand());
}

const listCommand = (): Command =>
  reaching('list', 'all banks, with how much they know').action(async (options: Options) => {
    const banks = await (await reachConsole(options)).banks();
    print(options, banks, () => banksTable(banks));
  });

const createCommand = (): Command =>
  reaching('create', 'make an empty bank')
    .argument('<name>', 'of a-z and 0-9, in parts joined by . _ or -')
    .addArgument(new Argument('<kind>', 'what a hit means').choices(BANK_KINDS))
    .option(
      '--distance <bits>',
      `bits that a likeness may differ in, 0..${BANK_DISTANCE_MAX}, or none`,
      readCountOrNone(0, BANK_DISTANCE_MAX),
    )
    .action(async (name: string, kind: BankKind, options: Options & { distance?: CountOrNone }) => {
      const bank = await (await reachConsole(options)).create(name, kind, orNull(options.distance));
      print(options, bank, () => `${bank.name} is there\n`);
    });

const addCommand = (): Command =>
  noting(reaching('add', 'add hashes to a bank'))
    .argument('<bank>')
    .argument('<hash...>', HASH)
    .action(async (bank: string, hashes: string[], options: NoteOptions) => {
      const client = await reachConsole(options);
      const { id } = await client.bankCalled(bank);
      tellImport(options, await client.import(id, hashes.join('\n'), options.note));
    });

const importCommand = (): Command =>
  noting(reaching('import', 'add a text file of hashes to a bank; twice is harmless'))
    .argument('<bank>')
    .argument('<file>', `one a line: ${HASH}; lines that begin with # are skipped`)
    .addHelpText('after', '\nExit code: 0 when every line was a hash, 1 when one was not, 2 or 78 when it failed.')
    .action(async (bank: string, file: string, options: NoteOptions) => {
      const client = await reachConsole(options);
      const { id } = await client.bankCalled(bank);
      const bar = progressBar('imported');
      try {
        tellImport(options, await importFile(file, (text) => client.import(id, text, options.note), bar.show));
      } finally {
        bar.end();
      }
    });

const lookUpCommand = (): Command =>
  reaching('lookup', 'what a bank says of a hash')
    .argument('<bank>')
    .argument('<hash>', HASH)
    .addHelpText('after', '\nExit code: 0 when it is known, 1 when it is not, 2 or 78 when it could not be asked.')
    .action(async (bank: string, text: string, options: Options) => {
      const { hashes, faults } = readHashList(text);
      const [hash] = hashes;
      if (hash === undefined) throw new Error(`${text} ${faults[0]?.detail ?? 'is no hash'}`);
      const client = await reachConsole(options);
      const hit = await client.lookUp((await client.bankCalled(bank)).id, hash);
      const known = hit === null ? '' : `entry ${hit.entryId}, ${hit.match}, ${hit.distance} bits off\n`;
      print(options, { hit }, () => (hit === null ? 'not known\n' : known));
      if (hit === null) process.exitCode = EXIT_NOT_ALL;
    });

const removeCommand = (): Command =>
  reaching('remove', 'take an entry out of a bank for good')
    .argument('<bank>')
    .argument('<entry>', 'its number')
    .action(async (bank: string, entry: string, options: Options) => {
      const client = await reachConsole(options);
      await client.removeEntry((await client.bankCalled(bank)).id, entry);
      print(options, { removed: Number(entry) }, () => `entry ${entry} is removed\n`);
    });

const disableCommand = (): Command =>
  reaching('disable', 'take a bank, or one of its entries, out for a while')
    .argument('<bank>')
    .argument('[entry]', 'its number')
    .addOption(
      new Option('--until <time>', 'such as 2026-01-31T12:00:00Z').default(FURTHER_NOTICE, 'until further notice'),
    )
    .action((bank: string, entry: string | undefined, options: Options & { until: string }) =>
      disable(bank, entry, options.until, options),
    );

const enableCommand = (): Command =>
  reaching('enable', 'put a disabled bank, or one of its entries, back in')
    .argument('<bank>')
    .argument('[entry]', 'its number')
    .action((bank: string, entry: string | undefined, options: Options) => disable(bank, entry, null, options));

async function disable(bank: string, entry: string | undefined, until: string | null, options: Options): Promise<void> {
  const client = await reachConsole(options);
  const { id } = await client.bankCalled(bank);
  const changed = await (entry === undefined ? client.disableBank(id, until) : client.disableEntry(id, entry, until));
  const what = entry === undefined ? bank : `entry ${entry}`;
  print(options, changed, () => describeDisabled(what, changed.disabledUntil, Date.now()));
}

/** A command that asks the console service. */
const reaching = (name: string, description: string): Command =>
  reachingConsole(new Command(name).description(description));

const noting = (command: Command): Command => command.option('--note <text>', 'kept with every hash that is new');

function tellImport(options: Options, answer: ImportAnswer): void {
  print(options, answer, () => describeImport(answer));
  if (answer.faultCount > 0) process.exitCode = EXIT_NOT_ALL;
}

function print({ json = false }: Options, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}
