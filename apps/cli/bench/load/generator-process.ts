import { readFile } from 'node:fs/promises';

import { TRAFFIC_CLASSES } from '#moderation/words.js';

import {
  isToGenerator,
  type FromGenerator,
  type OpenGenerator,
  type RunGenerator,
  type ToGenerator,
} from './generator-messages.js';
import { openLoop } from './open-loop.js';
import { SIZES } from './request-kinds.js';
import { UploadForms } from './upload-forms.js';
import { UploadSockets } from './upload-sockets.js';

/** The load generator: a process of its own, whose event loop does nothing else. It ends with its parent. */
const CONNECTIONS_MAX = 1_024;
const UPLOADS_PATH = '/v1/assets';

/** What `open` made. */
let opened: { readonly url: URL; readonly forms: UploadForms } | undefined;

process.once('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (!isToGenerator(message)) return;
  obey(message).catch((error: unknown) =>
    tell({ kind: 'broken', why: error instanceof Error ? error.message : String(error) }),
  );
});

const obey = (message: ToGenerator): Promise<void> => (message.kind === 'open' ? open(message) : run(message));

async function open({ url: address, key, photographs }: OpenGenerator): Promise<void> {
  const url = new URL(address);
  const read = await Promise.all(
    Object.entries(photographs).map(
      async ([size, files]) => [size, await Promise.all(files.map((file) => readFile(file)))] as const,
    ),
  );
  const path = `${url.pathname.replace(/\/$/, '')}${UPLOADS_PATH}`;
  opened = { url, forms: new UploadForms(Object.fromEntries(read), { host: url.host, path, key }) };
  tell({ kind: 'opened' });
}

async function run({ plan, answerMsMax }: RunGenerator): Promise<void> {
  if (opened === undefined) throw new Error('a run before the generator was opened');
  const { url, forms } = opened;
  // connections are those of one run: what a service closed meanwhile is not found out by a request
  const sockets = new UploadSockets(url, CONNECTIONS_MAX);
  const log = await openLoop({
    atMs: plan.atMs,
    answerMsMax,
    onProgress: (sent) => tell({ kind: 'progress', sent }),
    send: (index, done) => {
      const size = SIZES[plan.size[index] ?? 0] ?? SIZES[0];
      const trafficClass = TRAFFIC_CLASSES[plan.trafficClass[index] ?? 0] ?? 'normal';
      sockets.send({ parts: forms.next(size, trafficClass), done });
    },
  });
  sockets.close();
  tell({ kind: 'ran', log });
}

function tell(message: FromGenerator): void {
  process.send?.(message);
}
