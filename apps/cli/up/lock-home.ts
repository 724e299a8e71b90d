import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';

/** What the command line of a process that may hold a home looks like, by launcher or by built program. */
const OURS = /apps\/cli\/(launch\.mjs|main\.js)/;

/**
 * Makes this process the only one that runs an installation in `home`. What a killed one left behind is taken over.
 *
 * @returns what ends the hold
 * @throws StartRefused when another process holds it
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  const file = join(home, 'up.pid');
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o640 });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder !== process.pid && (await isOurs(holder))) {
      throw new StartRefused(
        `Portcullis already runs in ${home} (process ${holder}). Stop it, or set PORTCULLIS_HOME.`,
      );
    }
    await rm(file, { force: true });
  }
}

/** Whether a live process is one of ours; where that cannot be told, whether it lives at all. */
async function isOurs(pid: number): Promise<boolean> {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return OURS.test(commandLine);
}
