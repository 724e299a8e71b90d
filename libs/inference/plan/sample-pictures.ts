import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrawPicture } from './plan-options.js';

/** Pictures on disk for the length of a measurement. */
export interface SamplePictures {
  /** One of an ordinary size, to time. */
  readonly timed: string;
  /** Small ones of many kinds, to compare answers on. */
  readonly compared: readonly string[];
  remove(): Promise<void>;
}

/** Of the drawn series: a JPEG of some 640 pixels that takes least to draw. */
const TIMED = 3;
/**
 * Photograph-like, drawn, lines, text-like; one with transparency. Of few views one is a tenth: none of these is near a tie
 * of two classes for any model, where rounding would decide and not the machine.
 */
const COMPARED = [0, 1, 2, 3, 4, 6, 7, 8, 14, 46];
const COMPARED_SIDE = { width: 256, height: 256 };

/** Draws the pictures of a measurement into a folder of their own; `remove` it in the end. */
export async function drawPictures(draw: DrawPicture, compare: boolean): Promise<SamplePictures> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-plan-'));
  const put = async (index: number, side?: typeof COMPARED_SIDE): Promise<string> => {
    const { name, bytes } = await draw(index, side);
    const path = join(folder, side === undefined ? `timed-${name}` : name);
    await writeFile(path, bytes);
    return path;
  };
  const timed = await put(TIMED);
  const compared: string[] = [];
  for (const index of compare ? COMPARED : []) compared.push(await put(index, COMPARED_SIDE));
  return { timed, compared, remove: () => rm(folder, { recursive: true, force: true }) };
}
