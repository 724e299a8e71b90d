import { TILES, type Area } from '#contracts/prepared-image.js';

/** A view of the whole shows one pixel of sixteen of such a frame, or fewer. */
const VIEWS_LARGE = 16;
/** Part of a tile's side that its neighbour shows too: what lies on an edge is whole in one of them if it is not larger. */
const OVERLAP = 0.2;
/** From this ratio of the sides on, tiles beside each other are nearer to squares than two rows of two. */
const STRIP_RATIO = 2;

/**
 * Where the look `tiles` looks: four parts that cover the frame; none where it is not large. What is large goes by
 * the area, not the shorter side: nothing is squeezed more by a square view than a long strip.
 *
 * @param size side of a view
 */
export function tilesOf(width: number, height: number, size: number): Area[] {
  if (width * height < VIEWS_LARGE * size ** 2) return [];
  const [columns, rows] = gridOf(width, height);
  return partsOf(height, rows).flatMap(([top, tall]) =>
    partsOf(width, columns).map(([left, wide]) => ({ left, top, width: wide, height: tall })),
  );
}

function gridOf(width: number, height: number): [columns: number, rows: number] {
  if (width >= STRIP_RATIO * height) return [TILES, 1];
  return height >= STRIP_RATIO * width ? [1, TILES] : [TILES / 2, TILES / 2];
}

/** Divides a side into so many equal parts that overlap. @returns first pixel and length of each */
function partsOf(side: number, count: number): [first: number, length: number][] {
  const length = Math.ceil(side / (count - (count - 1) * OVERLAP));
  const step = count === 1 ? 0 : (side - length) / (count - 1);
  return Array.from({ length: count }, (_, index) => [Math.round(index * step), length]);
}
