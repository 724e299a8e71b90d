import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { HostileFile } from './hostile-files.js';

/** Every file that lies in a folder, by name. Folders within it are left out. */
export async function readCorpus(folder: string): Promise<HostileFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return Promise.all(names.sort().map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
