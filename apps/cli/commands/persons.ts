import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { PERSON_ROLES, type PersonRole } from '#contracts/access.js';
import { DISPLAY_CHARACTERS_MAX } from '#contracts/person-body.js';
import { isPlainText } from '#contracts/plain-text.js';
import { readSignInName, SIGN_IN_NAME_RULE } from '#contracts/sign-in-name.js';
import { PersonStore, type Person, type PersonChange } from '#persistence/person-store.js';
import { oneTimePassword, ONE_TIME_MS, Passwords } from '#service/passwords.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { cliActs, type CliActs } from '../acting.js';
import { personsTable } from '../persons/persons-text.js';
import { withInstalledDatabase } from '../reach-database.js';

/** More people than anybody looks through. */
const LISTED_MAX = 1_000;

interface JsonOption {
  readonly json?: boolean;
}
interface CreateOptions extends JsonOption {
  readonly role: PersonRole;
  readonly displayName?: string;
}

/** What the commands work with. */
interface Reach {
  readonly persons: PersonStore;
  readonly acts: CliActs;
}

/** `portcullis persons`: who signs in at the console, in the installation's database; for the first and the locked out. */
export function personsCommand(): Command {
  return new Command('persons')
    .description('people who sign in at the console: list, make, change and let in again')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(roleCommand())
    .addCommand(ableCommand('disable', 'sign a person out everywhere and let them in no more', true))
    .addCommand(ableCommand('enable', 'let a person in again', false))
    .addCommand(resetCommand());
}

const listCommand = (): Command =>
  jsonable(new Command('list').description('all people, the newest first')).action(({ json }: JsonOption) =>
    withPersons(async ({ persons }) => print(json, await persons.page(LISTED_MAX))),
  );

const createCommand = (): Command =>
  jsonable(new Command('create').description('make a person, with a password that works once; shown this once'))
    .addArgument(nameArgument())
    .addOption(new Option('--role <role>').choices(PERSON_ROLES).default('moderator'))
    .option('--display-name <name>', 'as others see them (default: the name)', readDisplayName)
    .action((name: string, { role, displayName = name, json }: CreateOptions) =>
      withPersons(({ persons, acts }) =>
        givePassword(json, (passwordHash, passwordUntil) => {
          const createdBy = acts.by.name;
          const deed = { act: 'person.invite', subject: 'person', madeId: ({ id }: Person) => id } as const;
          return acts.act(deed, async () => {
            const made = await persons.create({ name, displayName, role, passwordHash, passwordUntil, createdBy });
            if (made === undefined) throw new Error(`there is a person called ${name} already`);
            return made;
          });
        }),
      ),
    );

const roleCommand = (): Command =>
  jsonable(new Command('role').description('change what a person may do, from their next request on'))
    .addArgument(nameArgument())
    .addArgument(new Argument('<role>').choices(PERSON_ROLES))
    .action((name: string, role: PersonRole, { json }: JsonOption) =>
      withPersons(async (reach) => print(json, [await change(reach, name, { role })])),
    );

const ableCommand = (word: string, description: string, disabled: boolean): Command =>
  jsonable(new Command(word).description(description))
    .addArgument(nameArgument())
    .action((name: string, { json }: JsonOption) =>
      withPersons(async (reach) => print(json, [await change(reach, name, { disabled })])),
    );

const resetCommand = (): Command =>
  jsonable(new Command('reset').description('another password that works once, for who lost theirs; shown this once'))
    .addArgument(nameArgument())
    .action((name: string, { json }: JsonOption) =>
      withPersons(({ persons, acts }) =>
        givePassword(json, async (hashed, until) => {
          const { id } = await called(persons, name);
          return acts.act({ act: 'person.reset', subject: 'person', id }, async () => {
            const person = await persons.resetPassword(id, hashed, until);
            if (person === undefined) throw new Error(`there is no person called ${name} any more`);
            return person;
          });
        }),
      ),
    );

async function change({ persons, acts }: Reach, name: string, what: PersonChange): Promise<Person> {
  const { id } = await called(persons, name);
  return acts.act({ act: 'person.change', subject: 'person', id }, async () => {
    const changed = await persons.change(id, what);
    if (changed.kind === 'changed') return changed.person;
    throw new Error(`${name} is the last admin who can sign in: make another first`);
  });
}

/** The password alone goes to the output, so that it can be piped. */
async function givePassword(json: boolean | undefined, give: (hashed: string, until: Date) => Promise<Person>) {
  const password = oneTimePassword();
  const until = new Date(Date.now() + ONE_TIME_MS);
  const person = await give(await new Passwords().hash(password), until);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ person, oneTimePassword: password, passwordUntil: until })}\n`);
    return;
  }
  process.stderr.write(`${person.name} signs in with this until ${until.toISOString()}, and chooses another then:\n`);
  process.stdout.write(`${password}\n`);
}

async function called(persons: PersonStore, name: string): Promise<Person> {
  const person = await persons.find({ name });
  if (person === undefined) throw new Error(`there is no person called ${name}; \`persons list\` shows all`);
  return person;
}

const withPersons = (work: (reach: Reach) => Promise<void>): Promise<void> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (database) => {
    const acts = cliActs(database);
    return work({ acts, persons: new PersonStore(acts.database) });
  });

const jsonable = (command: Command): Command => command.option('--json', 'print the answer as JSON');

const nameArgument = (): Argument =>
  new Argument('<name>', 'what they sign in with: an e-mail address or a name').argParser((text: string): string => {
    const name = readSignInName(text);
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`${SIGN_IN_NAME_RULE}.`);
  });

function readDisplayName(text: string): string {
  if (text.length >= 1 && text.length <= DISPLAY_CHARACTERS_MAX && isPlainText(text)) return text;
  throw new InvalidArgumentError(`must be 1 to ${DISPLAY_CHARACTERS_MAX} characters without control characters.`);
}

function print(json: boolean | undefined, persons: readonly Person[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(persons)}\n` : personsTable(persons));
}
