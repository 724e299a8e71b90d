import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Command } from 'commander';

import { Portcullis } from '#client/portcullis.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { demoTable } from '../demo/demo-table.js';
import { pictures } from '../demo/pictures.js';
import { runDemo, summarise } from '../demo/run-demo.js';
import type { FirstAdmin } from '../up/bootstrap-admin.js';
import { firstAdmin } from '../up/first-admin-text.js';
import { startInstallation } from '../up/installation.js';
import { stopSignal, untilAborted } from '../up/stop-signal.js';
import { welcome } from '../up/welcome-text.js';

interface Options {
  readonly images?: string;
  readonly exit?: boolean;
  readonly json?: boolean;
}

/** `portcullis demo`: everything started, real images through both tiers, and left running to look at. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('start everything, send images through both tiers, show what became of them')
    .option('--images <folder>', 'use your own images instead of drawn ones')
    .option('--exit', 'stop everything afterwards')
    .option('--json', 'print one JSON summary instead of the table')
    .addHelpText('after', "\nThe services' log goes to services.log under PORTCULLIS_HOME (default .portcullis/).")
    .action(demo);
}

async function demo({ images, exit = false, json = false }: Options): Promise<void> {
  const chosen = await pictures(images);
  const settings = readSettings(process.env, ROOT);
  await mkdir(settings.home, { recursive: true, mode: 0o750 });
  const logFile = join(settings.home, 'services.log');
  const log = createWriteStream(logFile, { flags: 'w', mode: 0o600 });
  process.stderr.write(`Starting PostgreSQL and the services (log: ${logFile}) …\n`);
  const stop = stopSignal();
  let admin: FirstAdmin | undefined;
  const sayAdmin = (found: FirstAdmin): void => {
    admin = found;
    firstAdmin(found).forEach((line) => process.stderr.write(`${line}\n`));
  };
  const installation = await startInstallation(settings, (line) => log.write(`${line}\n`), sayAdmin, stop);
  const firstStart = installation.keys.client.isNew;
  try {
    const client = new Portcullis({ url: installation.uploadUrl, key: installation.keys.client.secret });
    const result = await runDemo(client, chosen);
    const summary = summarise(result);
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : demoTable(result, summary));
    if (!exit || firstStart) process.stderr.write(welcome(installation, admin));
    if (exit) return;
    process.stderr.write('Ctrl-C stops everything.\n');
    await untilAborted(stop);
  } finally {
    await installation.stop();
    log.end();
  }
}
