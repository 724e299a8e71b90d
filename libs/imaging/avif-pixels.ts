import { readAvifItems, type AvifItems, type ItemExtent } from './avif-items.js';

/** What an AVIF makes the decoder decode, which may be far more than it shows. */
export interface CodedPixels {
  /** The largest image that is stored or put together in it, of those that say how large they are. */
  readonly largest: ItemExtent;
  /** Pixels of all of them together, tiles as often as they are used; `Infinity` for what cannot be summed up. */
  readonly total: number;
}

/** Tiles in a grid, a grid in a gain map: two deep. What goes deeper than this, or in a circle, is no picture. */
const DEPTH_MAX = 8;

/**
 * Reads by the headers how many pixels an AVIF is stored in: colour and alpha, before a clean aperture (`clap`) crops
 * them. The decoder holds every item against its `ispe` and refuses data that is larger, so that `ispe` cannot lie.
 *
 * An item that is made of others counts as what it is or as what it is made of, whichever is more: tiles may be much larger
 * than the grid that shows them, and one may be used many times.
 *
 * @returns zeros where nothing is said of sizes
 */
export function readCodedPixels(bytes: Uint8Array): CodedPixels {
  const items = readAvifItems(bytes);
  let largest: ItemExtent = { width: 0, height: 0 };
  for (const extent of items.extents) {
    if (extent.width * extent.height > largest.width * largest.height) largest = extent;
  }
  return { largest, total: Math.max(largest.width * largest.height, sumOf(items)) };
}

/** Of what nothing else is made of; what stands in a circle counts by its largest item. */
function sumOf({ pixels, derivations, complete }: AvifItems): number {
  if (!complete) return Infinity;
  let costs: ReadonlyMap<number, number> = pixels;
  for (let depth = 0; derivations.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return Infinity;
    const next = new Map(pixels);
    const parts = new Map<number, number>();
    for (const { of, from } of derivations) parts.set(of, (parts.get(of) ?? 0) + (costs.get(from) ?? 0));
    for (const [of, sum] of parts) next.set(of, Math.max(sum, pixels.get(of) ?? 0));
    const settled = [...next].every(([id, cost]) => cost === (costs.get(id) ?? 0));
    costs = next;
    if (settled) break;
  }
  const used = new Set(derivations.map(({ from }) => from));
  let [sum, most] = [0, 0];
  for (const [id, cost] of costs) {
    if (!used.has(id)) sum += cost;
    most = Math.max(most, cost);
  }
  return Math.max(sum, most);
}
