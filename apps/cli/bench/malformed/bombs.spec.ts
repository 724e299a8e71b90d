import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareImage } from '#imaging/prepare-image.js';

import { GIF_BOMBS } from './gif-bombs.js';
import { JPEG_BOMBS } from './jpeg-bombs.js';
import { OTHER_BOMBS } from './other-bombs.js';
import { PNG_BOMBS } from './png-bombs.js';

const BOMBS = [...PNG_BOMBS, ...GIF_BOMBS, ...JPEG_BOMBS, ...OTHER_BOMBS];
/** With these limits no bomb is decoded: what is looked at here is whether they are what their names say. */
const LIMITS = { pixelsMax: 1_000_000, framesMax: 100 };
const RECIPE = { size: 16, resize: 'bilinear-align-corners', framesScoredMax: 2, backgrounds: ['white'] } as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-bombs-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function outcomeOf(name: string): Promise<string> {
  const bomb = BOMBS.find((one) => one.name === name);
  const path = join(folder, 'bomb');
  await writeFile(path, (await bomb?.make()) ?? '');
  const outcome = await prepareImage(path, RECIPE, LIMITS);
  return outcome.kind === 'rejected' ? outcome.code : outcome.kind;
}

describe('a bomb', () => {
  it.each([
    'PNG of 60 000 × 60 000 pixels',
    'PNG of 49 MP, one bit',
    'GIF of 10 000 frames',
    'GIF of 4 frames of 49 MP',
    'JPEG that claims 65 500 × 65 500 pixels',
    'WebP of 4 frames of 49 MP',
    'WebP of 10 000 frames',
  ])('is understood as what it claims to be: %s', async (name) => {
    expect(await outcomeOf(name)).toBe('image-too-large');
  });

  it.each(['PNG with a bomb as its text', 'PNG of 100 000 empty chunks', 'JPEG with 200 segments of 64 kB'])(
    'is a picture that can be shown: %s',
    async (name) => {
      expect(await outcomeOf(name)).toBe('prepared');
    },
  );
});
