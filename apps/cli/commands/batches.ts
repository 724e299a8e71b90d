import { Command, InvalidArgumentError } from 'commander';

import type { BulkAnswer } from '#contracts/bulk-answer.js';

import { reachBatches, type BatchClient } from '../batches/batch-client.js';
import { batchesTable, batchText } from '../batches/batches-text.js';
import { sentType } from '../batches/sent-type.js';
import { watchBatch } from '../batches/watch-batch.js';
import type { UploadOptions } from '../ingest/reach-upload.js';
import { progressBar } from '../progress-bar.js';

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
    .action(async (path: string, { key, ...options }: Options & { key?: string }) => {
      const client = await reachBatches(options);
      const sent = await client.submit({ path, type: sentType(path), ...(key === undefined ? {} : { key }) });
      await show(client, sent, options);
    });

const statusCommand = (): Command =>
  watching(commandOf('status', 'how far a batch is and what came of it; without one, the newest of them'))
    .argument('[batch]', 'its id', readId)
    .action(async (id: string | undefined, options: Options) => {
      const client = await reachBatches(options);
      if (id !== undefined) return show(client, await client.read(id), options);
      const batches = await client.list(LISTED);
      print(options, batches, () => batchesTable(batches));
    });

const errorsCommand = (): Command =>
  reaching(new Command('errors').description('what failed, as JSON lines that can be sent again'))
    .argument('<batch>', 'its id', readId)
    .action(async (id: string, options: Options) => {
      for await (const piece of await (await reachBatches(options)).errors(id)) process.stdout.write(piece);
    });

const cancelCommand = (): Command =>
  commandOf('cancel', 'give up what is not done yet')
    .argument('<batch>', 'its id', readId)
    .action(async (id: string, options: Options) => {
      const batch = await (await reachBatches(options)).cancel(id);
      print(options, batch, () => batchText(batch));
    });

/** Prints a batch; where it is watched, when it has ended. */
async function show(client: BatchClient, sent: BulkAnswer, options: Options): Promise<void> {
  const watched = options.watch === true;
  const batch = watched ? await watchBatch(client, sent.id, progressBar('done')) : sent;
  print(options, batch, () => batchText(batch));
  if (watched && batch.counts.accepted < batch.total) process.exitCode = EXIT_NOT_ALL;
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
