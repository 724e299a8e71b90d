import { once } from 'node:events';

import { Command, InvalidArgumentError } from 'commander';

import { AuditStore, type AuditFilter, type AuditHead } from '#persistence/audit-store.js';
import { verifyAudit } from '#persistence/audit-verify.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { auditTable, describeAudit } from '../audit/audit-text.js';
import { progressBar } from '../progress-bar.js';
import { withInstalledDatabase } from '../reach-database.js';

/** Another code than that of a check that could not be made. */
const EXIT_BROKEN = 1;
const EXPORT_PAGE = 1_000;
const LIMIT_MAX = 10_000;

interface ListOptions extends AuditFilter {
  readonly limit: number;
  readonly json?: boolean;
}
interface VerifyOptions {
  readonly head?: AuditHead;
  readonly json?: boolean;
}

/** `portcullis audit`: what people did, in the installation's database. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('what people did: list, export, and check that nothing of it was changed')
    .addCommand(listCommand())
    .addCommand(exportCommand())
    .addCommand(verifyCommand());
}

const listCommand = (): Command =>
  filtering(new Command('list').description('acts, the newest first'))
    .option('--limit <count>', `how many at most, up to ${LIMIT_MAX}`, readLimit, 50)
    .option('--json', 'print them as JSON')
    .action(async ({ limit, json = false, ...filter }: ListOptions) => {
      const rows = await withBook((book) => book.page(filter, limit));
      process.stdout.write(json ? `${JSON.stringify(rows)}\n` : auditTable(rows));
    });

const exportCommand = (): Command =>
  filtering(new Command('export').description('all of it as NDJSON, one act a line, the oldest first')).action(
    (filter: AuditFilter) =>
      withBook(async (book) => {
        let last = 0;
        for (;;) {
          const page = await book.following(filter, EXPORT_PAGE, last);
          const text = page.map((row) => `${JSON.stringify(row)}\n`).join('');
          if (!process.stdout.write(text)) await once(process.stdout, 'drain');
          if (page.length < EXPORT_PAGE) return;
          last = page.at(-1)?.number ?? last;
        }
      }),
  );

const verifyCommand = (): Command =>
  new Command('verify')
    .description('work every hash out anew: nothing was changed, and nothing is missing')
    .option('--head <head>', 'where an earlier check said that the chain ended, such as 17:ab12…', readHead)
    .option('--json', 'print the report as JSON')
    .addHelpText('after', '\nExit code: 0 when the chain holds, 1 when it does not, 2 or 78 when it could not be read.')
    .action(async ({ head, json = false }: VerifyOptions) => {
      const bar = progressBar('verified');
      const report = await withBook((book) => verifyAudit(book, { known: head, onProgress: bar.show })).finally(() =>
        bar.end(),
      );
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : describeAudit(report));
      process.exitCode = report.faultCount === 0 ? 0 : EXIT_BROKEN;
    });

const filtering = (command: Command): Command =>
  command
    .option('--actor <name>', 'who: a sign-in name, or who holds a key')
    .option('--act <act>', 'such as review.decide')
    .option('--subject <kind>', 'such as policy')
    .option('--subject-id <id>', 'of one thing')
    .option('--since <time>', 'such as 2026-01-31T12:00:00Z', readTime)
    .option('--until <time>', 'the same', readTime);

const withBook = <T>(work: (book: AuditStore) => Promise<T>): Promise<T> =>
  withInstalledDatabase(readSettings(process.env, ROOT), (database) => work(new AuditStore(database)));

function readHead(text: string): AuditHead {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || hash === undefined) {
    throw new InvalidArgumentError('must be a number and a hash, as `audit verify` prints them.');
  }
  return { number: Number(number), hash };
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('must be a time such as 2026-01-31T12:00:00Z.');
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${LIMIT_MAX}.`);
}
