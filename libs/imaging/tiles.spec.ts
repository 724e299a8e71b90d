import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { tilesOf } from './tiles.js';

const SIZE = 100;
const corners = (width: number, height: number): number[][] =>
  tilesOf(width, height, SIZE).map((tile) => [tile.left, tile.top, tile.width, tile.height]);

describe('tilesOf', () => {
  it.each([
    [
      '400 × 400',
      400,
      400,
      [
        [0, 0, 223, 223],
        [177, 0, 223, 223],
        [0, 177, 223, 223],
        [177, 177, 223, 223],
      ],
    ],
    [
      'a strip that lies',
      800,
      200,
      [
        [0, 0, 236, 200],
        [188, 0, 236, 200],
        [376, 0, 236, 200],
        [564, 0, 236, 200],
      ],
    ],
    [
      'a strip that stands',
      400,
      800,
      [
        [0, 0, 400, 236],
        [0, 188, 400, 236],
        [0, 376, 400, 236],
        [0, 564, 400, 236],
      ],
    ],
    ['one row too few', 400, 399, []],
    ['a single pixel', 1, 1, []],
    ['a single column', 1, 65_535, []],
  ])('of %s', (_, width, height, expected) => {
    expect(corners(width, height)).toEqual(expected);
  });

  it('cover every frame that is large, lie within it, and overlap by about a fifth', () => {
    assert(
      property(integer({ min: 1, max: 20_000 }), integer({ min: 1, max: 20_000 }), (width, height) => {
        const tiles = tilesOf(width, height, SIZE);
        expect(tiles).toHaveLength(width * height < 16 * SIZE ** 2 ? 0 : 4);
        if (tiles.length === 0) return;
        for (const [side, first, length] of [
          [width, 'left', 'width'],
          [height, 'top', 'height'],
        ] as const) {
          const parts = [...new Map(tiles.map((tile) => [tile[first], tile[length]]))].sort(([a], [b]) => a - b);
          let end = 0;
          for (const [from, long] of parts) {
            expect(from).toBeLessThanOrEqual(end);
            if (from > 0) expect(Math.abs(end - from - 0.2 * long)).toBeLessThanOrEqual(2);
            end = from + long;
          }
          expect(parts[0]?.[0]).toBe(0);
          expect(end).toBe(side);
        }
      }),
    );
  });
});
