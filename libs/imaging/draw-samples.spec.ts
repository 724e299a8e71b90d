import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '#contracts/media-type.js';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { drawSample } from './draw-samples.js';
import { prepareImage } from './prepare-image.js';

const SIDE = { width: 60, height: 40 };
const RECIPE: Preprocessing = {
  size: 16,
  resize: 'bilinear-align-corners',
  framesScoredMax: 3,
  backgrounds: ['white', 'black'],
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'draw-samples-'));
});
afterAll(() => rm(folder, { recursive: true }));

const draw = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => drawSample(index, SIDE)));

describe('drawSample', () => {
  it('gives the same bytes for the same index, and others for every other', async () => {
    const [first, second] = [await draw(36), await draw(36)];
    expect(first).toEqual(second);
    expect(new Set(first.map((sample) => sample.bytes.toString('base64'))).size).toBe(36);
    expect(new Set(first.map((sample) => sample.name)).size).toBe(36);
  });

  it('draws what is accepted as it is: every media type, sides as asked, nothing damaged', async () => {
    const samples = await draw(17);
    expect(new Set(samples.map((sample) => sample.mediaType))).toEqual(new Set(MEDIA_TYPES));
    for (const { name, bytes, mediaType } of samples) {
      const path = join(folder, name);
      await writeFile(path, bytes);
      const outcome = await prepareImage(path, RECIPE, { pixelsMax: 50_000_000, framesMax: 100 });
      expect(outcome).toMatchObject({ kind: 'prepared', facts: { ...SIDE, mediaType, degraded: [] } });
    }
  });

  it('has animation, transparency and turned pictures among the first two dozen', async () => {
    const samples = await draw(24);
    const prepared = await Promise.all(
      samples.map(async ({ name, bytes }) => {
        await writeFile(join(folder, name), bytes);
        return prepareImage(join(folder, name), RECIPE, { pixelsMax: 50_000_000, framesMax: 100 });
      }),
    );
    const facts = prepared.flatMap((outcome) => (outcome.kind === 'prepared' ? [outcome.facts] : []));
    expect(facts.some(({ frames }) => frames > 1)).toBe(true);
    expect(facts.some(({ alpha }) => alpha)).toBe(true);
    expect(samples.some(({ name }) => name.startsWith('turned-'))).toBe(true);
  });

  it('varies the sides around 640 pixels when none are asked for', async () => {
    // These are PNGs: width and height stand in the header, behind signature, length and type.
    const sides = await Promise.all(
      [12, 29, 46].map(async (index) => {
        const { bytes } = await drawSample(index);
        return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      }),
    );
    expect(new Set(sides.map(String)).size).toBe(3);
    expect(sides.every((pair) => Math.max(...pair) >= 560 && Math.max(...pair) <= 720)).toBe(true);
  });

  it('refuses an index that is no whole number from 0', async () => {
    await expect(drawSample(-1)).rejects.toThrow(RangeError);
    await expect(drawSample(0.5)).rejects.toThrow(RangeError);
  });
});
