import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ArchiveFiles } from './archive-files.js';
import { tidyBulk } from './tidy-bulk.js';

const [RUNNING, ENDED] = ['01890a5d-ac96-774b-bcce-b302099a80a1', '01890a5d-ac96-774b-bcce-b302099a80a2'];
const ARRIVING_MS = 60_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidy-bulk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Tidies up as if it were so much later. @returns for how long submissions are kept */
async function tidy(laterMs: number): Promise<number[]> {
  const kept: number[] = [];
  await tidyBulk({
    store: {
      stillRunning: (ids) => Promise.resolve(ids.filter((id) => id === RUNNING)),
      forget: (keptMs) => {
        kept.push(keptMs);
        return Promise.resolve(0);
      },
    },
    archives: new ArchiveFiles(folder),
    arrivingMs: ARRIVING_MS,
    keptMs: 5,
    nowMs: () => Date.now() + laterMs,
  });
  return kept;
}

describe('tidying up', () => {
  it('removes archives that nobody works on, but none that may still arrive, and nothing else', async () => {
    for (const name of [RUNNING, ENDED, 'somebody-elses.txt']) await writeFile(join(folder, name), 'x');
    await tidy(ARRIVING_MS / 2);
    expect((await readdir(folder)).sort()).toEqual([RUNNING, ENDED, 'somebody-elses.txt']);
    await tidy(ARRIVING_MS + 10_000);
    expect((await readdir(folder)).sort()).toEqual([RUNNING, 'somebody-elses.txt']);
  });

  it('forgets submissions also where there never was an archive', async () => {
    await rm(folder, { recursive: true });
    expect(await tidy(0)).toEqual([5]);
    await mkdir(folder);
  });
});
