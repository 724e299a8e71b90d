import { Command } from 'commander';

import { readSettings } from '#settings/settings.js';
import { ROOT } from '#service/run-service.js';

import { firstAdmin } from '../up/first-admin-text.js';
import type { FirstAdmin } from '../up/bootstrap-admin.js';
import { startInstallation } from '../up/installation.js';
import { stopSignal, untilAborted } from '../up/stop-signal.js';
import { welcome } from '../up/welcome-text.js';

/** `portcullis up`: everything, until Ctrl-C. */
export function upCommand(): Command {
  return new Command('up')
    .description('start PostgreSQL (unless DATABASE_URL is set) and all services, and serve until Ctrl-C')
    .action(async () => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`);
      const settings = readSettings(process.env, ROOT);
      const stop = stopSignal();
      let admin: FirstAdmin | undefined;
      const sayAdmin = (found: FirstAdmin): void => {
        admin = found;
        firstAdmin(found).forEach(say);
      };
      const installation = await startInstallation(settings, say, sayAdmin, stop);
      say(welcome(installation, admin));
      await untilAborted(stop);
      say('Stopping …');
      await installation.stop();
    });
}
