import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { ConsoleConnection } from './console-connection.js';
import { localUrl } from './local-url.js';

/** Where the console service is, and whose key to show. What is left out is that of the installation. */
export interface ReachOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** A command with the options of one that asks the console service. */
export const reaching = (command: Command): Command =>
  command
    .option('--url <url>', 'the console service (default: that of this machine, at CONSOLE_PORT)')
    .option('--key-file <file>', "holds an admin's key (default: admin-key under PORTCULLIS_HOME)")
    .option('--json', 'print the answer as JSON');

/** @throws StartRefused when there is no key */
export async function connectConsole({ url, keyFile }: ReachOptions): Promise<ConsoleConnection> {
  const settings = readSettings(process.env, ROOT);
  const file = keyFile ?? join(settings.home, 'admin-key');
  const key = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartRefused(`${file} cannot be read: set PORTCULLIS_HOME, or --key-file to an admin's key`, { cause });
  });
  return new ConsoleConnection((url ?? localUrl(settings.host, settings.console.port)).replace(/\/+$/, ''), key.trim());
}
