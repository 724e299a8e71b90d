import { Command } from 'commander';

import { FreshnessStore } from '#persistence/freshness-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { freshnessText } from '../freshness/freshness-text.js';
import { withInstalledDatabase } from '../reach-database.js';

/** `portcullis freshness`: how old assets are when their final comes, and how much waits for one. */
export const freshnessCommand = (): Command =>
  new Command('freshness')
    .description('ages of assets at their finals in the last hour, what came late, and what waits now')
    .option('--json', 'print it as JSON, times in milliseconds')
    .action(async ({ json = false }: { json?: boolean }) => {
      const report = await withInstalledDatabase(readSettings(process.env, ROOT), (database) =>
        new FreshnessStore(database).report(),
      );
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : freshnessText(report));
    });
