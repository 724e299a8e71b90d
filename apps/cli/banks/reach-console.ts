import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { ConsoleClient } from './console-client.js';

/** Where the console service is, and whose key to show. What is left out is that of the installation. */
export interface ReachOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** Addresses to listen at that nobody can ask at. */
const ANY_HOST = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** @throws StartRefused when there is no key */
export async function reachConsole({ url, keyFile }: ReachOptions): Promise<ConsoleClient> {
  const settings = readSettings(process.env, ROOT);
  const file = keyFile ?? join(settings.home, 'admin-key');
  const key = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartRefused(`${file} cannot be read: set PORTCULLIS_HOME, or --key-file to an admin's key`, { cause });
  });
  const host = ANY_HOST.get(settings.host) ?? settings.host;
  const here = `http://${host.includes(':') ? `[${host}]` : host}:${settings.console.port}`;
  return new ConsoleClient((url ?? here).replace(/\/+$/, ''), key.trim());
}
