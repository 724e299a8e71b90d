import type { Preprocessing } from '#contracts/prepared-image.js';

/** Views in one call: as many as one run of the session takes. */
export const VIEWS_PER_CALL_MAX = 64;

/** Bytes of one view: RGB, row by row. */
export const viewBytesOf = ({ size }: Pick<Preprocessing, 'size'>): number => size ** 2 * 3;

/** @throws RangeError */
export function refuseManyViews(count: number): void {
  if (count > VIEWS_PER_CALL_MAX) throw new RangeError(`${count} views in one call, at most ${VIEWS_PER_CALL_MAX}`);
}

/** @throws RangeError when there are too many, or one is not of the recipe's size */
export function refuseUnfitViews(views: readonly Uint8Array[], recipe: Preprocessing): void {
  refuseManyViews(views.length);
  const viewBytes = viewBytesOf(recipe);
  for (const { length } of views) {
    if (length !== viewBytes) throw new RangeError(`a view has ${length} bytes, the model wants ${viewBytes}`);
  }
}
