import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import { StartRefused } from '#contracts/errors.js';
import { AssetStore } from '#persistence/asset-store.js';
import { AuditStore } from '#persistence/audit-store.js';
import { verifyAudit } from '#persistence/audit-verify.js';
import { HistoryStore } from '#persistence/history-store.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';

import { progressBar } from '../progress-bar.js';
import { withInstalledDatabase } from '../reach-database.js';
import { verifyInstallation } from '../verify/verify-installation.js';
import { withAudit, type WholeReport } from '../verify/with-audit.js';

/** Another code than that of a check that could not be made. */
const EXIT_BROKEN = 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Options {
  readonly json?: boolean;
  readonly settled?: boolean;
  readonly seen?: string;
}

/** `portcullis verify`: the invariant checker. Exit code 0 when all hold, 1 when one does not. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('check that nothing was lost or doubled: rows, bytes, revisions, finals')
    .option('--json', 'print the report as JSON')
    .option('--settled', 'also demand that every asset has its final')
    .option('--seen <file>', 'asset ids that a client saw accepted, one a line: each must be there')
    .addHelpText(
      'after',
      '\nExit code: 0 when every invariant holds, 1 when one is broken, 2 or 78 when it could not be checked.',
    )
    .action(async (options: Options) => {
      const report = await verify(options);
      process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
      process.exitCode = report.faultCount === 0 ? 0 : EXIT_BROKEN;
    });
}

async function verify({ settled = false, seen }: Options): Promise<WholeReport> {
  const settings = readSettings(process.env, ROOT);
  const ids = seen === undefined ? [] : await readIds(seen);
  return withInstalledDatabase(settings, async (database) => {
    const bytes = await openAssetBytes(settings.home, settings.storage);
    const bar = progressBar('verified');
    try {
      const report = await verifyInstallation(
        {
          histories: new HistoryStore(database),
          assets: new AssetStore(database),
          bytes,
        },
        { orphanGraceMs: settings.upload.orphanGraceMs, seen: ids, settled, onProgress: bar.show },
      );
      return withAudit(report, await verifyAudit(new AuditStore(database)));
    } finally {
      bar.end();
      await bytes.close();
    }
  });
}

/** @throws StartRefused naming the first line that is no id */
async function readIds(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const ids = lines.filter((line) => line !== '');
  const wrong = ids.find((id) => !UUID.test(id));
  if (wrong !== undefined) throw new StartRefused(`${file} holds something that is no asset id: ${wrong.slice(0, 80)}`);
  return ids;
}

function describe({ assets, pending, erased, orphans, faultCount, faults, auditRows }: WholeReport): string {
  const of = `${pending} waiting for their final, ${erased} erased`;
  const head = `${assets} assets, ${of}, ${orphans} stored bytes without a row, ${auditRows} audit rows, ${faultCount} faults\n`;
  const lines = faults.map(({ assetId, fault }) => `  ${assetId}  ${fault}\n`);
  const more = faultCount > faults.length ? `  … and ${faultCount - faults.length} more\n` : '';
  return head + lines.join('') + more;
}
