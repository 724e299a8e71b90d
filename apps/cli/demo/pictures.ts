import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drawSample } from '#imaging/draw-samples.js';

/** One image of the demo. */
export interface Picture {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
}

const DRAWN = 24;

/** The files of a folder, or pictures drawn by us. @throws Error when the folder holds no file */
export async function pictures(folder: string | undefined): Promise<Picture[]> {
  if (folder === undefined) return Array.from({ length: DRAWN }, (_, index) => drawn(index));
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name);
  if (names.length === 0) throw new Error(`${folder} holds no files: name a folder of images`);
  return names.sort().map((name) => ({ name, read: () => readFile(join(folder, name)) }));
}

function drawn(index: number): Picture {
  return { name: `drawn-${String(index + 1).padStart(2, '0')}`, read: async () => (await drawSample(index)).bytes };
}
