import { Command, InvalidArgumentError, Option } from 'commander';

import type { Metadata, TrafficClass } from '#client/answers.js';
import type { Portcullis } from '#client/portcullis.js';
import type { SubmitFields } from '#client/submit.js';
import { OperationalError } from '#contracts/errors.js';
import { TRAFFIC_CLASSES } from '#moderation/words.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { readDuration } from '../costs/read-duration.js';
import { reachUpload, type UploadOptions } from '../ingest/reach-upload.js';
import { progressBar } from '../progress-bar.js';
import { awaitService } from '../submit/await-service.js';
import { EXIT, exitCodeOf } from '../submit/outcome.js';
import { refuseTwoStdins, sourceOf } from '../submit/source-of.js';
import { submitFiles } from '../submit/submit-files.js';
import { submitLine, submitTable, summaryText } from '../submit/submit-text.js';
import { Tally, type Step } from '../submit/tally.js';
import { stopSignal } from '../up/stop-signal.js';
import { uploadClient } from '../upload-client.js';

/** A client may have 64 uploads under way, and others of it want to get in too. */
const CONCURRENCY_MAX = 32;
const WAIT_MS = 300_000;
/** As long as a service takes that is being started again, with its model; longer is for whoever asks for it. */
const CONNECT_SECONDS = 10;
const CONNECT_SECONDS_MAX = 3_600;
/** Retries of a service that is late go on for longer than a person would wait for one answer. */
const PATIENCE = { attemptsMax: 8, timeoutMs: 180_000 };
const HELP = `
Exit code, the gravest of all images:
    0  every image may be shown
    1  some may not be shown: blocked, or held until a person has looked
    3  some were not accepted: no image, too large, not there
    4  some failed and may succeed another time; or had no final within --timeout. Run it again as it was: what was
       accepted although its answer was lost is found again for 48 hours, and nothing becomes two assets
  130  stopped: what is not in the table was not begun, or, after a second Ctrl-C, was interrupted: it may have been
       taken, and is found again as above
    2  or 78: nothing was begun (see the message)

The idempotency key of an image is made of its bytes (or address) and its fields: the same once more is the same asset.

PORTCULLIS_URL and PORTCULLIS_KEY stand for --url and a key; without them it is the installation of this machine.`;

interface Options extends UploadOptions {
  readonly class?: TrafficClass;
  readonly externalId?: string;
  readonly uploader?: string;
  readonly metadata?: Metadata;
  readonly concurrency: number;
  readonly key?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly connectSeconds: number;
  readonly json?: boolean;
}

/** `portcullis submit`: single images, to the upload service as any client would send them. */
export function submitCommand(): Command {
  return new Command('submit')
    .description('hand in images and say what became of each (docs/clients.md)')
    .argument('<files...>', 'files, http(s) addresses, or - for standard input')
    .addOption(new Option('--class <class>', 'how soon the final decision is to come').choices(TRAFFIC_CLASSES))
    .option('--external-id <text>', 'your own name for it; `{name}` in it stands for the file as it was named')
    .option('--uploader <text>', 'your own name for who uploaded it')
    .option('--metadata <json>', 'a flat object of texts, numbers and booleans', readMetadata)
    .option('--key <text>', 'becomes part of the idempotency keys: another text submits the same images anew')
    .option('--concurrency <uploads>', `at the same time, up to ${CONCURRENCY_MAX}`, readConcurrency, 4)
    .option('--wait', 'stay until every image has its final decision')
    .option('--timeout <duration>', 'how long to wait for finals, such as 30m (default: 5m)', readDuration)
    .option(
      '--connect-seconds <seconds>',
      'how long to ask again where no upload service answers, as while one is started again; 0: once',
      readSeconds,
      CONNECT_SECONDS,
    )
    .option('--url <url>', 'the upload service')
    .option('--key-file <file>', "holds a client's key (default: client-key under PORTCULLIS_HOME)")
    .option('--json', 'print a JSON object a line, as soon as it is known what became of an image')
    .addHelpText('after', HELP)
    .action(submit);
}

async function submit(names: string[], options: Options): Promise<void> {
  const { concurrency, wait = false, timeout = WAIT_MS, json = false } = options;
  refuseTwoStdins(names);
  const stop = stopSignal();
  const address = await reachUpload(readSettings(process.env, ROOT), options);
  const client = uploadClient(address, PATIENCE);
  const tally = new Tally(names.length);
  const show = (): void => {
    if (!json) process.stdout.write(submitTable(tally.known()));
    process.stderr.write(summaryText(tally.known(), tally, stop.aborted));
  };
  const showAtOnce = (): void => {
    if (json) for (const one of tally.unfinished()) process.stdout.write(submitLine(one));
    show();
  };
  stop.addEventListener('abort', () => process.once('SIGINT', () => endAtOnce(showAtOnce)), { once: true });
  await connect(client, address.url, options.connectSeconds, stop);
  await submitFiles(names, {
    client,
    concurrency,
    stop,
    again: options.key ?? '',
    open: (name) => sourceOf(name, process.stdin, stop),
    fields: (name) => fieldsOf(name, options),
    waitMs: wait ? timeout : undefined,
    onStep: (step: Step) => {
      tally.hear(step);
      if (json && step.state === 'done') process.stdout.write(submitLine(step.handled));
    },
    bar: progressBar,
  });
  // a pipe that nobody writes to does not keep the process
  process.stdin.destroy();
  show();
  const kinds = tally.known().map(({ outcome }) => outcome.kind);
  process.exitCode = exitCodeOf(kinds, stop.aborted);
}

/** @throws OperationalError when nobody answers for as long as is waited, and nobody has stopped it */
async function connect(client: Portcullis, url: string, seconds: number, stop: AbortSignal): Promise<void> {
  const onWait = (): void => {
    if (process.stderr.isTTY) process.stderr.write(`no upload service answers at ${url}: asking for ${seconds} s\n`);
  };
  const found = await awaitService(client, { forMs: seconds * 1_000, stop, onWait });
  if (found !== 'away') return;
  throw new OperationalError(`no upload service answers at ${url}: start it, or name another with --url`);
}

/** What was written goes out before the process ends. */
function endAtOnce(show: () => void): void {
  show();
  process.stdout.write('', () => process.stderr.write('', () => process.exit(EXIT.stopped)));
}

const fieldsOf = (name: string, options: Options): SubmitFields => ({
  externalId: options.externalId?.replaceAll('{name}', name),
  uploaderId: options.uploader,
  class: options.class,
  metadata: options.metadata,
});

function readMetadata(text: string): Metadata {
  try {
    const value: unknown = JSON.parse(text);
    if (isMetadata(value)) return value;
  } catch {
    // told below
  }
  throw new InvalidArgumentError('must be a flat JSON object of texts, numbers and booleans.');
}

const isMetadata = (value: unknown): value is Metadata =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((entry) => ['string', 'number', 'boolean'].includes(typeof entry));

function readConcurrency(text: string): number {
  const uploads = Number(text);
  if (Number.isInteger(uploads) && uploads >= 1 && uploads <= CONCURRENCY_MAX) return uploads;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${CONCURRENCY_MAX}.`);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= CONNECT_SECONDS_MAX) return seconds;
  throw new InvalidArgumentError(`must be a whole number from 0 to ${CONNECT_SECONDS_MAX}.`);
}
