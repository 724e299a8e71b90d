import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DrawPicture } from './plan-options.js';
import { drawPictures } from './sample-pictures.js';

/** The bytes say what was asked for. */
const draw: DrawPicture = (index, side) =>
  Promise.resolve({ name: `picture-${index}.jpg`, bytes: Buffer.from(`${index} ${side?.width ?? 'ordinary'}`) });

describe('the pictures of a measurement', () => {
  it('lie on disk until they are removed', async () => {
    const pictures = await drawPictures(draw, true);
    expect(await readFile(pictures.timed, 'utf8')).toBe('3 ordinary');
    expect(pictures.compared.length).toBeGreaterThanOrEqual(8);
    expect(new Set([pictures.timed, ...pictures.compared]).size).toBe(pictures.compared.length + 1);
    for (const path of pictures.compared) expect(await readFile(path, 'utf8')).toMatch(/^\d+ 256$/);
    await pictures.remove();
    expect(existsSync(dirname(pictures.timed))).toBe(false);
  });

  it('are only what is timed where nothing is compared', async () => {
    const pictures = await drawPictures(draw, false);
    expect(pictures.compared).toEqual([]);
    await pictures.remove();
  });
});
