/** The code does not say enough to describe the API by it. `npm run check` fails with this rather than leave a gap. */
export class Undescribed extends Error {
  override readonly name = 'Undescribed';
}
