import { describe, expect, it } from '@jest/globals';
import type { Look, Preprocessing, ViewName } from '#contracts/prepared-image.js';
import type { DecodedFrame } from './decode-frame.js';
import { viewsOfFrame, type FrameFacts } from './frame-views.js';

const SIZE = 16;
const recipeOf = (...looks: Look[]): Preprocessing => ({
  size: SIZE,
  resize: 'bilinear-align-corners',
  looks,
  framesScoredMax: 5,
  backgrounds: ['white', 'black'],
});
const ALL = recipeOf('reference', 'antialiased', 'tiles');
const FIRST: FrameFacts = { index: 0, first: true, transparent: false };

type Paint = (x: number, y: number) => readonly number[];

function frameOf(width: number, height: number, channels: 3 | 4, paint: Paint): DecodedFrame {
  const pixels = new Uint8Array(width * height * channels);
  for (let at = 0; at < width * height; at += 1) pixels.set(paint(at % width, Math.floor(at / width)), at * channels);
  return { pixels, width, height, channels, damaged: false };
}

const grey = (level: number): number[] => [level, level, level];
const meanOf = (pixels: Uint8Array = new Uint8Array()): number =>
  pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
const namesOf = (views: readonly { readonly name: ViewName }[]): ViewName[] => views.map(({ name }) => name);

/** Where the reference resize reads a side: the pixel at or below each place, and the next one. */
function readBy(side: number): ReadonlySet<number> {
  const places = Array.from({ length: SIZE }, (_, index) => Math.floor((index * (side - 1)) / (SIZE - 1)));
  return new Set(places.flatMap((place) => [place, place + 1]));
}

/** By output pixel the weight of each input pixel: a triangle as wide as two outputs; the edge goes on outside. */
function triangles(side: number): number[][] {
  const scale = Math.max(1, side / SIZE);
  return Array.from({ length: SIZE }, (_, place) => {
    const middle = ((place + 0.5) * side) / SIZE - 0.5;
    const weights = new Array<number>(side).fill(0);
    for (let at = Math.floor(middle - scale); at <= middle + scale; at += 1) {
      const inside = Math.min(side - 1, Math.max(0, at));
      weights[inside] = (weights[inside] ?? 0) + Math.max(0, 1 - Math.abs(at - middle) / scale);
    }
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / all);
  });
}

describe('views of a frame', () => {
  it('are one by the reference, where a recipe names no looks', async () => {
    const { looks, ...plain } = recipeOf('reference');
    const frame = frameOf(200, 100, 3, (x, y) => [x, y, 9]);
    const views = await viewsOfFrame(frame, FIRST, plain);
    expect(namesOf(views)).toEqual([{ look: 'reference', frame: 0 }]);
    expect(views).toEqual(await viewsOfFrame(frame, FIRST, { ...plain, ...(looks ? { looks } : {}) }));
  });

  it('see by averaging what was painted between the pixels that the reference reads', async () => {
    const [columns, rows] = [readBy(240), readBy(160)];
    const hiding = frameOf(240, 160, 3, (x, y) => grey(columns.has(x) && rows.has(y) ? 255 : 0));
    const [reference, antialiased] = await viewsOfFrame(hiding, FIRST, recipeOf('reference', 'antialiased'));
    expect(new Set(reference?.pixels)).toEqual(new Set([255]));
    expect(meanOf(antialiased?.pixels)).toBeLessThan(40);
  });

  it.each([
    [40, 40],
    [48, 37],
    [60, 17],
  ])('average by a triangle filter: %i × %i', async (width, height) => {
    const paint = (x: number, y: number): number => (x * 37 + y * 101 + ((x * y) % 7) * 30) % 256;
    const frame = frameOf(width, height, 3, (x, y) => grey(paint(x, y)));
    const [, antialiased] = await viewsOfFrame(frame, FIRST, recipeOf('reference', 'antialiased'));
    const [across, down] = [triangles(width), triangles(height)];
    const expected = down.flatMap((rows) =>
      across.map((columns) =>
        rows.reduce(
          (sum, row, y) => sum + row * columns.reduce((line, weight, x) => line + weight * paint(x, y), 0),
          0,
        ),
      ),
    );
    const furthest = Math.max(...expected.map((level, at) => Math.abs(level - (antialiased?.pixels[at * 3] ?? NaN))));
    expect(furthest).toBeLessThan(3);
  });

  it('keep the brightness of a picture, and thin lines at a share of theirs', async () => {
    const lines = frameOf(320, 320, 3, (x) => grey(x % 10 === 5 ? 200 : 0));
    const [, antialiased] = await viewsOfFrame(lines, FIRST, recipeOf('reference', 'antialiased'));
    expect(Math.abs(meanOf(antialiased?.pixels) - 20)).toBeLessThan(2);
    expect(Math.min(...(antialiased?.pixels ?? []))).toBeGreaterThan(10);
  });

  it('are the same whenever they are made', async () => {
    const noise = frameOf(333, 222, 3, (x, y) => [(x * 7919 + y * 104_729) % 256, (x * y) % 256, (x ^ y) % 256]);
    const once = await viewsOfFrame(noise, FIRST, ALL);
    const again = await Promise.all([viewsOfFrame(noise, FIRST, ALL), viewsOfFrame(noise, FIRST, ALL)]);
    expect(again).toEqual([once, once]);
  });

  it('show each tile as the reference shows a picture of its own', async () => {
    const paint: Paint = (x, y) => [x % 256, y % 256, (x + 3 * y) % 256];
    const views = await viewsOfFrame(frameOf(90, 70, 3, paint), FIRST, recipeOf('reference', 'tiles'));
    expect(views).toHaveLength(5);
    for (const { name, pixels } of views.slice(1)) {
      const { left = NaN, top = NaN, width = NaN, height = NaN } = name.tile ?? {};
      const alone = frameOf(width, height, 3, (x, y) => paint(x + left, y + top));
      const [expected] = await viewsOfFrame(alone, FIRST, recipeOf('reference'));
      expect(Buffer.compare(pixels, expected?.pixels ?? new Uint8Array())).toBe(0);
    }
  });

  it('lay transparency on every background for every look, before anything is averaged', async () => {
    const checks = frameOf(96, 96, 4, (x, y) => [0, 0, 0, (x + y) % 2 === 0 ? 255 : 0]);
    const views = await viewsOfFrame(checks, { ...FIRST, transparent: true }, ALL);
    expect(namesOf(views).map(({ look, background }) => `${look} ${background ?? ''}`)).toEqual([
      'reference white',
      'reference black',
      'antialiased white',
      'antialiased black',
      ...Array.from({ length: 4 }, () => ['tiles white', 'tiles black']).flat(),
    ]);
    expect(Math.abs(meanOf(views[2]?.pixels) - 127.5)).toBeLessThan(2);
    for (const [index, { pixels }] of views.entries())
      if (index % 2 === 1) expect(new Set(pixels)).toEqual(new Set([0]));
  });

  it('never show colours under transparent pixels', async () => {
    const hidden = frameOf(80, 80, 4, (x) => [255, 0, x, 0]);
    const views = await viewsOfFrame(hidden, { ...FIRST, transparent: true }, ALL);
    expect(views.map(({ pixels }) => [...new Set(pixels)])).toEqual(
      views.map((_, index) => [index % 2 === 0 ? 255 : 0]),
    );
  });

  it('are one a look of an opaque frame that has an alpha channel', async () => {
    const paint: Paint = (x, y) => [x * 2, y * 2, 77];
    const opaque = await viewsOfFrame(
      frameOf(96, 96, 4, (x, y) => [...paint(x, y), 255]),
      FIRST,
      ALL,
    );
    expect(opaque).toEqual(await viewsOfFrame(frameOf(96, 96, 3, paint), FIRST, ALL));
    expect(opaque).toHaveLength(6);
  });

  it('do without tiles in the later frames of an animation', async () => {
    const frame = frameOf(80, 80, 3, () => [1, 2, 3]);
    const views = await viewsOfFrame(frame, { index: 7, first: false, transparent: false }, ALL);
    expect(namesOf(views)).toEqual([
      { look: 'reference', frame: 7 },
      { look: 'antialiased', frame: 7 },
    ]);
  });

  it.each([
    ['1 × 1', 1, 1, 1],
    ['no larger than a view', 16, 9, 1],
    ['one pixel longer than a view', 17, 3, 2],
    ['a column of 65 535 pixels', 1, 65_535, 6],
    ['a row of 65 535 pixels', 65_535, 1, 6],
  ])('%s', async (_, width, height, count) => {
    const views = await viewsOfFrame(
      frameOf(width, height, 3, () => [3, 30, 230]),
      FIRST,
      ALL,
    );
    expect(views).toHaveLength(count);
    for (const { pixels } of views) {
      expect(pixels).toHaveLength(SIZE * SIZE * 3);
      expect([...new Set(pixels)]).toEqual([3, 30, 230]);
    }
  });
});
