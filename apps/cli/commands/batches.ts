import { Command, InvalidArgumentError } from 'commander';

import type { Batch, BatchSummary } from '#client/batch-answers.js';
import type { Batches } from '#client/batches.js';
import { file } from '#client/node.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { batchesTable, batchText } from '../batches/batches-text.js';
import { sentType } from '../batches/sent-type.js';
import { reachUpload, type UploadOptions } from '../ingest/reach-upload.js';
import { progressBar } from '../progress-bar.js';
import { toldOfService, uploadClient } from '../upload-client.js';

const LISTED = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_ALL = 1;

interface Options extends UploadOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `portcullis batches`: many images at once, to the upload service as any client would send them. */
export function batchesCommand(): Command {
  return new Command('batches')
    .description('hand in many images at once: an archive, or a list of addresses (docs/clients.md)')
    .addCommand(submitCommand())
    .addCommand(statusCommand())
    .addCommand(errorsCommand())
    .addCommand(cancelCommand());
}

const submitCommand = (): Command =>
  watching(commandOf('submit', 'send a batch; its images are worked off in the background'))
    .argument('<file>', '*.zip, *.tar, *.tar.gz or *.tgz of images; *.jsonl or *.ndjson, one {"url": …} a line')
    .option('--key <text>', 'idempotency key: the same file with the same key is one batch')
    .action((path: string, { key, ...options }: Options & { key?: string }) =>
      withBatches(options, async (batches) => {
        const sent = await batches.submit(await file(path), sentType(path), { idempotencyKey: key });
        await show(batches, sent, options);
      }),
    );

const statusCommand = (): Command =>
  watching(commandOf('status', 'how far a batch is and what came of it; without one, the newest of them'))
    .argument('[batch]', 'its id', readId)
    .action((id: string | undefined, options: Options) =>
      withBatches(options, async (batches) => {
        if (id !== undefined) return show(batches, await batches.get(id), options);
        const listed = await newest(batches, LISTED);
        print(options, listed, () => batchesTable(listed));
      }),
    );

const errorsCommand = (): Command =>
  reaching(new Command('errors').description('what failed, as JSON lines that can be sent again'))
    .argument('<batch>', 'its id', readId)
    .action((id: string, options: Options) =>
      withBatches(options, async (batches) => {
        for await (const failed of batches.errors(id)) process.stdout.write(`${JSON.stringify(failed)}\n`);
      }),
    );

const cancelCommand = (): Command =>
  commandOf('cancel', 'give up what is not done yet')
    .argument('<batch>', 'its id', readId)
    .action((id: string, options: Options) =>
      withBatches(options, async (batches) => {
        const batch = await batches.cancel(id);
        print(options, batch, () => batchText(batch));
      }),
    );

async function withBatches(options: Options, work: (batches: Batches) => Promise<void>): Promise<void> {
  const address = await reachUpload(readSettings(process.env, ROOT), options);
  await toldOfService(address, () => work(uploadClient(address).batches));
}

async function newest(batches: Batches, most: number): Promise<BatchSummary[]> {
  const found: BatchSummary[] = [];
  for await (const batch of batches.list()) {
    found.push(batch);
    if (found.length === most) break;
  }
  return found;
}

/** Prints a batch; where it is watched, when it has ended. */
async function show(batches: Batches, sent: Batch, options: Options): Promise<void> {
  const watched = options.watch === true;
  const batch = watched ? await watch(batches, sent.id) : sent;
  print(options, batch, () => batchText(batch));
  if (watched && batch.counts.accepted < batch.total) process.exitCode = EXIT_NOT_ALL;
}

/** Looks at a batch until it has ended. @throws Error when the service refuses; the batch goes on without us */
async function watch(batches: Batches, id: string): Promise<Batch> {
  const bar = progressBar('done');
  try {
    return await batches.waitForEnd(id, { onProgress: ({ total, counts }) => bar.show(total - counts.waiting, total) });
  } finally {
    bar.end();
  }
}

const reaching = (command: Command): Command =>
  command
    .option('--url <url>', 'the upload service (default: that of this machine, at UPLOAD_PORT)')
    .option('--key-file <file>', "holds a client's key (default: client-key under PORTCULLIS_HOME)");

const commandOf = (name: string, description: string): Command =>
  reaching(new Command(name).description(description)).option('--json', 'print the answer as JSON');

const watching = (command: Command): Command =>
  command
    .option('--watch', 'stay until it has ended; it goes on without')
    .addHelpText(
      'after',
      '\nExit code: 0, or 1 when it was watched and not every image was accepted, 2 or 78 when it could not be asked.',
    );

function print({ json = false }: Options, answer: unknown, describe: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe());
}

function readId(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('must be the id of a batch: `portcullis batches status` lists them.');
}
