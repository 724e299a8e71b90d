import { Command } from 'commander';

import { readSettings } from '#settings/settings.js';
import { ROOT } from '#service/run-service.js';

import { firstAdmin } from '../up/first-admin-text.js';
import type { FirstAdmin } from '../up/bootstrap-admin.js';
import { startInstallation, type Installation } from '../up/installation.js';
import { stopSignal, untilAborted } from '../up/stop-signal.js';

/** `portcullis up`: everything, until Ctrl-C. */
export function upCommand(): Command {
  return new Command('up')
    .description('start PostgreSQL (unless DATABASE_URL is set) and all services, and serve until Ctrl-C')
    .action(async () => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`);
      const settings = readSettings(process.env, ROOT);
      const stop = stopSignal();
      const sayAdmin = (admin: FirstAdmin): void => firstAdmin(admin).forEach(say);
      const installation = await startInstallation(settings, say, sayAdmin, stop);
      say(welcome(installation));
      await untilAborted(stop);
      say('Stopping …');
      await installation.stop();
    });
}

/** Where everything is; a key is shown at its making and never again. */
export function welcome({ uploadUrl, consoleUrl, keys }: Installation): string {
  const key = (name: string, { secret, file, isNew }: Installation['keys']['client']): string =>
    `  ${name.padEnd(14)} ${isNew ? secret : 'see the file'}  (${file})`;
  return [
    '',
    'Portcullis is ready.',
    `  uploads        ${uploadUrl}/v1/assets`,
    `  console        ${consoleUrl}/api`,
    key('client key', keys.client),
    key('moderator key', keys.moderator),
    key('admin key', keys.admin),
    '',
    'Try it:',
    `  curl -H "Authorization: Bearer $(cat ${keys.client.file})" -F file=@picture.jpg ${uploadUrl}/v1/assets`,
    '',
  ].join('\n');
}
