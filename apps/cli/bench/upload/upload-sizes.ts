import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drawPhotographs } from '../photographs.js';
import { UniqueCopies } from '../unique-copies.js';

/** What is uploaded. Everything is measured with both. */
export const UPLOAD_SIZES = ['640 px', '2 MP'] as const;
export type UploadSize = (typeof UPLOAD_SIZES)[number];

/** Something of each size. */
export type BySize<T> = Readonly<Record<UploadSize, T>>;

export const SIDES: BySize<{ readonly width: number; readonly height: number }> = {
  '640 px': { width: 640, height: 480 },
  '2 MP': { width: 1_632, height: 1_224 },
};

/** Enough for no two in a row to be alike; each one takes a tenth of a second to draw. */
const PHOTOGRAPHS: BySize<number> = { '640 px': 24, '2 MP': 6 };

/** Asks for something of each size, one after the other. */
export async function bySize<T>(of: (size: UploadSize) => T | Promise<T>): Promise<BySize<T>> {
  return { '640 px': await of('640 px'), '2 MP': await of('2 MP') };
}

/** Draws the photographs of a size. */
export const drawCopies = async (size: UploadSize): Promise<UniqueCopies> =>
  new UniqueCopies(await drawPhotographs(PHOTOGRAPHS[size], SIDES[size]));

/** Writes unique copies to files. @returns their paths */
export async function storeCopies(folder: string, copies: UniqueCopies, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const path = join(folder, `${index}.jpg`);
    await writeFile(path, copies.next());
    paths.push(path);
  }
  return paths;
}
