import { Command, InvalidArgumentError } from 'commander';

import type { ErasureItem } from '#contracts/erasure-answer.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';

import { cliActs } from '../acting.js';
import { confirm } from '../erase/confirm.js';
import { eraseAll } from '../erase/erase-all.js';
import { describeErased } from '../erase/erased-text.js';
import { progressBar } from '../progress-bar.js';
import { withInstalledDatabase } from '../reach-database.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Another code than that of a command that could not be carried out. */
const EXIT_NOT_ALL = 1;
const BY = 'cli';

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `portcullis erase`: erases assets of any client, in the installation's database and place of bytes. */
export function eraseCommand(): Command {
  return new Command('erase')
    .description('erase assets for good: their bytes and all that names them; their decisions stay')
    .argument('<assetId...>', 'ids of assets', (text, ids: string[] | undefined) => [...(ids ?? []), readId(text)])
    .option('--yes', 'do not ask, on a terminal')
    .option('--json', 'print what became of each as JSON')
    .addHelpText(
      'after',
      '\nExit code: 0 when all are erased, also those that were before; 1 when one is unknown or nobody said yes;' +
        ' 2 or 78 when it failed.',
    )
    .action(async (ids: string[], { yes = false, json = false }: Options) => {
      const assetIds = [...new Set(ids)];
      if (!yes && !(await confirm(`Erase ${assetIds.length} of the assets for good?`))) {
        process.stderr.write('nothing was erased\n');
        process.exitCode = EXIT_NOT_ALL;
        return;
      }
      const items = await erase(assetIds);
      process.stdout.write(json ? `${JSON.stringify({ items })}\n` : describeErased(items));
      if (items.some(({ outcome }) => outcome === 'unknown')) process.exitCode = EXIT_NOT_ALL;
    });
}

function erase(assetIds: readonly string[]): Promise<ErasureItem[]> {
  const settings = readSettings(process.env, ROOT);
  return withInstalledDatabase(settings, async (database) => {
    const bytes = await openAssetBytes(settings.home, settings.storage);
    const bar = progressBar('erased');
    const acts = cliActs(database);
    const erasures = new ErasureStore(acts.database);
    try {
      return await eraseAll(assetIds, { erasures, acts, bytes, by: BY, onProgress: bar.show });
    } finally {
      bar.end();
      await bytes.close();
    }
  });
}

function readId(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('must be the id of an asset.');
}
