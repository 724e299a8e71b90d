import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { readCodedPixels } from './avif-pixels.js';
import { craftAvifSizes, cropAvif, dimg, heifBox, ipma, ispe, words } from './craft-avif.js';
import { BOXES_MAX } from './heif-boxes.js';
import { openPixels } from './sharp-settings.js';

const size = (width: number, height: number) => ({ width, height });
const encode = (width: number, height: number, channels: 3 | 4) =>
  openPixels(new Uint8Array(width * height * channels).fill(99), { width, height, channels })
    .avif({ effort: 0 })
    .toBuffer();
const free = heifBox('free', words());

describe('readCodedPixels', () => {
  it('reads what sharp wrote: colour, and alpha of the same size', async () => {
    expect(readCodedPixels(await encode(48, 32, 3))).toEqual({ largest: size(48, 32), total: 48 * 32 });
    expect(readCodedPixels(await encode(48, 32, 4))).toEqual({ largest: size(48, 32), total: 2 * 48 * 32 });
  });

  it('is not misled by a clean aperture', async () => {
    const cropped = cropAvif(await encode(400, 300, 3), 64, 48);
    expect(readCodedPixels(cropped)).toEqual({ largest: size(400, 300), total: 120_000 });
  });

  const [small, huge] = [ispe(10, 10), ispe(7_000, 7_000)];
  const hugePixels = 49_000_000;
  it.each([
    ['alpha much larger than colour', [small, huge], [ipma([1, 1], [2, 2])], [], hugePixels + 100],
    ['properties counted with those of no size', [free, small, free, huge], [ipma([1, 2], [2, 4])], [], 49_000_100],
    ['a property marked as essential', [huge, small], [ipma([1, 0x81], [2, 0x82])], [], hugePixels + 100],
    ['an item with two sizes: the larger', [small, huge], [ipma([1, 1, 2])], [], hugePixels],
    ['a size that no item has', [small, huge], [ipma([1, 1])], [], hugePixels],
    ['sizes without associations', [small, huge], [], [], hugePixels],
    ['associations in two boxes', [small, huge], [ipma([1, 2]), ipma([2, 2])], [], 2 * hugePixels],
    [
      'an ordinary grid',
      [ispe(20, 20), small],
      [ipma([1, 1], [2, 2], [3, 2], [4, 2], [5, 2])],
      [dimg(1, 2, 3, 4, 5)],
      400,
    ],
    ['a grid whose tiles are larger than it', [small, huge], [ipma([1, 1], [2, 2])], [dimg(1, 2)], hugePixels],
    ['a tile used many times', [small, huge], [ipma([1, 1], [2, 2])], [dimg(1, 2, 2, 2)], 3 * hugePixels],
    ['grids of grids', [small, huge], [ipma([1, 1], [3, 2])], [dimg(1, 2, 2), dimg(2, 3, 3)], 4 * hugePixels],
    ['an item made of itself', [huge], [ipma([1, 1])], [dimg(1, 1)], hugePixels],
    ['items that multiply in a circle', [small], [ipma([1, 1], [2, 1])], [dimg(1, 2, 2), dimg(2, 1, 1)], Infinity],
  ])('counts %s', (_name, properties, ipmas, dimgs, total) => {
    expect(readCodedPixels(craftAvifSizes(properties, ipmas, dimgs)).total).toBe(total);
  });

  it('reads wide numbers of items and properties', () => {
    const properties = [...Array.from({ length: 200 }, () => free), ispe(3, 5)];
    const wide = heifBox('ipma', Buffer.concat([words(0x0100_0001, 1, 70_000), Buffer.from([1, 0x80, 201])]));
    expect(readCodedPixels(craftAvifSizes(properties, [wide]))).toEqual({ largest: size(3, 5), total: 15 });
  });

  it('gives up on endlessly many boxes before those that count', () => {
    const bytes = Buffer.concat([Buffer.alloc(8 * BOXES_MAX, free), craftAvifSizes([ispe(1, 1)], [ipma([1, 1])])]);
    expect(readCodedPixels(bytes).total).toBe(Infinity);
    expect(readCodedPixels(bytes.subarray(8 * 10)).total).toBe(1);
  });

  it('gives up on endlessly many tiles', () => {
    const tiles = Array.from({ length: 2 }, () => dimg(1, ...Array.from({ length: 40_000 }, () => 2)));
    expect(readCodedPixels(craftAvifSizes([ispe(1, 1)], [ipma([2, 1])], tiles)).total).toBe(Infinity);
  });

  it('says nothing where nothing is said', () => {
    const nothing = { largest: size(0, 0), total: 0 };
    const bare = heifBox('ispe', words(0, 9));
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(300, 0xff), craftAvifSizes([bare], [ipma([1, 1])])]) {
      expect(readCodedPixels(bytes)).toEqual(nothing);
    }
  });

  it('ends with a number on any change of the bytes', async () => {
    const originals = [
      await encode(48, 32, 4),
      craftAvifSizes([ispe(9, 9), ispe(3, 3)], [ipma([1, 1], [2, 2])], [dimg(1, 2, 2, 2), dimg(3, 1)]),
    ];
    const changes = array(tuple(nat(400), integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 });
    const ends = property(nat(1), changes, (which, edits) => {
      const bytes = Buffer.from(originals[which] ?? []);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      const { largest, total } = readCodedPixels(bytes);
      expect(total).toBeGreaterThanOrEqual(largest.width * largest.height);
    });
    assert(ends, { numRuns: 1_000 });
  });
});
