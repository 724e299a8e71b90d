import { Command, InvalidArgumentError, Option } from 'commander';

import { NAME_PATTERN_MAX, namePattern } from '#moderation/sources/name-pattern.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import { AccessStore } from '#persistence/access-store.js';
import { SourceItemStore } from '#persistence/source-item-store.js';
import { SourceReportStore } from '#persistence/source-report-store.js';
import { SourceStore, type IngestSource } from '#persistence/source-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { readDuration } from '../costs/read-duration.js';
import { dryRun } from '../ingest/dry-run.js';
import { every } from '../ingest/every.js';
import { findSource } from '../ingest/find-source.js';
import { reportOn, type IngestReport } from '../ingest/ingest-report.js';
import { IngestSession } from '../ingest/ingest-session.js';
import { dryRunText, reportText, sourcesTable } from '../ingest/ingest-text.js';
import { keyText } from '../ingest/key-text.js';
import { openPlace } from '../ingest/open-place.js';
import { reachUpload, uploaderOf, type UploadOptions } from '../ingest/reach-upload.js';
import { readRate } from '../ingest/read-rate.js';
import { writeFailures } from '../ingest/write-failures.js';
import { withInstalledDatabase } from '../reach-database.js';
import { stopSignal } from '../up/stop-signal.js';

/** Something is to be tried again; another process is at it (EX_TEMPFAIL); it was stopped before its end. */
const EXIT = { notAll: 1, busy: 75, stopped: 130 } as const;
const EXIT_CODES =
  '\nExit code: 0 when all was taken or refused, 1 when something failed and is to be tried again, 75 when another process\n' +
  'works on the source, 130 when it was stopped before its end, 2 or 78 when it could not be done. With --every: 0 when it\n' +
  'was stopped.';
/** A client may have 64 uploads under way, and others of it want to get in too. */
const CONCURRENCY_MAX = 32;

interface JsonOption {
  readonly json?: boolean;
}
interface WorkOptions extends UploadOptions, JsonOption {
  readonly concurrency: number;
  readonly rate?: number;
}
interface RunOptions extends WorkOptions {
  readonly class: TrafficClass;
  readonly every?: number;
  readonly include?: readonly string[];
  readonly retryRefused?: boolean;
  readonly dryRun?: boolean;
}

/** `portcullis ingest`: images out of a folder or an S3 prefix, to the upload service as any client would send them. */
export function ingestCommand(): Command {
  return working(new Command('ingest'))
    .description('upload the images of a folder or of S3: what is new or has changed since the last time')
    .argument('<place>', 'a folder, with all folders in it; or s3://bucket/prefix')
    .addOption(new Option('--class <class>', 'of the uploads').choices(TRAFFIC_CLASSES).default('bulk'))
    .option('--every <duration>', 'stay, and do it again at this interval, such as 15m', readDuration)
    .option('--include <pattern>', "only names like this, such as '*.jpg'; may be given again", readPatterns)
    .option('--retry-refused', 'also send again what was refused and has not changed')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', EXIT_CODES)
    .action(ingest)
    .enablePositionalOptions()
    .addCommand(listCommand())
    .addCommand(reportCommand())
    .addCommand(retryCommand());
}

const listCommand = (): Command =>
  new Command('list')
    .description('where images were taken from, the newest first')
    .option('--json', 'print it as JSON')
    .action(async (options: JsonOption) => {
      const sources = await withInstalledDatabase(settings(), (database) => new SourceStore(database).list());
      print(options, sources.map(presentSource), () => sourcesTable(sources));
    });

const reportCommand = (): Command =>
  new Command('report')
    .description('what became of the items of a source, in its last run and all together')
    .argument('<source>', 'its id, or its place')
    .option('--failures <file>', 'write what was refused or failed to a file, a JSON object a line')
    .option('--json', 'print it as JSON')
    .action(async (text: string, { failures, ...options }: JsonOption & { failures?: string }) => {
      await withInstalledDatabase(settings(), async (database) => {
        const source = await findSource(text, new SourceStore(database));
        const report = await reportOn(source, new SourceReportStore(database));
        print(options, report, () => reportText(report));
        if (failures === undefined) return;
        const written = await writeFailures(failures, source.id, new SourceItemStore(database));
        process.stderr.write(`${written} refused or failed: ${failures}\n`);
      });
    });

const retryCommand = (): Command =>
  working(new Command('retry'))
    .description('send again what failed, each item as it is now, without a listing')
    .argument('<source>', 'its id, or its place')
    .option('--refused', 'also what was refused')
    .addHelpText('after', EXIT_CODES)
    .action(async (text: string, options: WorkOptions & { refused?: boolean }) => {
      const stop = stopSignal();
      const upload = await reachUpload(settings(), options);
      await withInstalledDatabase(settings(), async (database) => {
        const source = await findSource(text, new SourceStore(database));
        const clientId = await uploaderOf(upload.key, new AccessStore(database));
        if (clientId !== source.clientId) throw new Error(`the key is not one of ${source.client}: --key-file`);
        const session = new IngestSession(
          database,
          await openPlace(source.location, settings()),
          upload,
          sessionOf(options, stop),
        );
        const report = await session.retry(source, options.refused === true ? ['failed', 'refused'] : ['failed']);
        end(options, report, stop);
      });
    });

async function ingest(text: string, options: RunOptions): Promise<void> {
  const stop = stopSignal();
  const upload = await reachUpload(settings(), options);
  const place = await openPlace(text, settings());
  const { include, retryRefused = false, class: trafficClass } = options;
  const fits = include?.map(namePattern);
  const isMeant = (key: Buffer): boolean => fits?.some((fit) => fit(keyText(key))) ?? true;
  await withInstalledDatabase(settings(), async (database) => {
    const clientId = await uploaderOf(upload.key, new AccessStore(database));
    const session = new IngestSession(database, place, upload, sessionOf(options, stop));
    const { kind, location } = place;
    if (options.dryRun === true) {
      const source = await session.sources.at({ kind, location, clientId });
      const would = await dryRun(place, source, session.items, { retryRefused, isMeant, stop });
      print(options, would, () => dryRunText(would));
      return;
    }
    const once = async (): Promise<void> => {
      const source = await session.sources.ensure({ kind, location, clientId });
      end(options, await session.run(source, { trafficClass, retryRefused, isMeant }), stop);
    };
    if (options.every === undefined) return once();
    await every(options.every, stop, once, (failure) => process.stderr.write(`${failure}\n`));
    process.exitCode = 0;
  });
}

/** Prints what became of it. @param report undefined when another process is at it */
function end(options: JsonOption, report: IngestReport | undefined, stop: AbortSignal): void {
  if (report === undefined) {
    process.stderr.write('another process works on this source\n');
    process.exitCode = EXIT.busy;
    return;
  }
  print(options, report, () => reportText(report));
  const { failed, passed } = report.run;
  const isAll = Object.keys(failed).length === 0 && (passed['unreadable'] ?? 0) === 0;
  process.exitCode = stop.aborted ? EXIT.stopped : isAll ? 0 : EXIT.notAll;
}

const settings = (): ReturnType<typeof readSettings> => readSettings(process.env, ROOT);

const sessionOf = ({ concurrency, rate }: WorkOptions, stop: AbortSignal) => ({
  concurrency,
  perSecond: rate ?? null,
  stop,
});

const presentSource = ({ cursor, ...source }: IngestSource): object => ({
  ...source,
  cursor: cursor === null ? null : keyText(cursor),
});

const working = (command: Command): Command =>
  command
    .option('--url <url>', 'the upload service (default: that of this machine, at UPLOAD_PORT)')
    .option('--key-file <file>', "holds a client's key (default: client-key under PORTCULLIS_HOME)")
    .option('--concurrency <uploads>', `at the same time, up to ${CONCURRENCY_MAX}`, readConcurrency, 4)
    .option('--rate <rate>', 'of uploads at most, such as 20/s (default: as many as the service takes)', readRate)
    .option('--json', 'print the report as JSON');

function print({ json = false }: JsonOption, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}

function readConcurrency(text: string): number {
  const uploads = Number(text);
  if (Number.isInteger(uploads) && uploads >= 1 && uploads <= CONCURRENCY_MAX) return uploads;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${CONCURRENCY_MAX}.`);
}

function readPatterns(text: string, before: readonly string[] | undefined): string[] {
  if (text !== '' && text.length <= NAME_PATTERN_MAX) return [...(before ?? []), text];
  throw new InvalidArgumentError(`must have up to ${NAME_PATTERN_MAX} characters.`);
}
