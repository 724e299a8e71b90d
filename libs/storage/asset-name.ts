const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Where an asset's bytes are below their place, in every place alike. Ids end in random digits, so that folders fill
 * evenly.
 *
 * @throws Error for what is no asset id
 */
export function assetName(assetId: string): string {
  if (!ID.test(assetId)) throw new Error('an asset id is a lower-case UUID');
  return `${assetId.slice(-2)}/${assetId}`;
}

/** Whose bytes are under a name; undefined where it is no asset's in its right place. */
export function idOfName(name: string): string | undefined {
  const id = name.slice(3);
  return ID.test(id) && name === assetName(id) ? id : undefined;
}
