import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImageLimits, Preprocessing } from '#contracts/prepared-image.js';
import { drawSample } from '#imaging/draw-samples.js';
import { prepareImage } from '#imaging/prepare-image.js';

/** Generous: these pictures were chosen by whoever runs the command. */
const LIMITS: ImageLimits = { pixelsMax: 100_000_000, framesMax: 1_000 };

/** Views of pictures as a model sees them. */
export interface PictureViews {
  /** Pictures that gave views. */
  readonly pictures: number;
  /** Each `size × size × 3` bytes of RGB. */
  readonly views: readonly Uint8Array[];
}

/** The views of every picture that lies in a folder, by name; what is no picture is left out. */
export async function viewsOfFolder(folder: string, recipe: Preprocessing): Promise<PictureViews> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return viewsOfFiles(
    names.sort().map((name) => path.join(folder, name)),
    recipe,
  );
}

/** The views of drawn samples. @param first index of the first one */
export async function viewsOfDrawn(first: number, count: number, recipe: Preprocessing): Promise<PictureViews> {
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-drawn-'));
  try {
    const files: string[] = [];
    for (let index = first; index < first + count; index += 1) {
      const { bytes, name } = await drawSample(index);
      files.push(path.join(folder, name));
      await writeFile(path.join(folder, name), bytes);
    }
    return await viewsOfFiles(files, recipe);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function viewsOfFiles(files: readonly string[], recipe: Preprocessing): Promise<PictureViews> {
  let pictures = 0;
  const views: Uint8Array[] = [];
  for (const file of files) {
    const image = await prepareImage(file, recipe, LIMITS);
    if (image.kind === 'rejected') continue;
    pictures += 1;
    views.push(...image.views);
  }
  return { pictures, views };
}
