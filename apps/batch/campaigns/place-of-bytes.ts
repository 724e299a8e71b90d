import type { StoredAsset } from '#persistence/witness-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import { isGiven, isOfOneAsset } from '../heavy/given-bytes.js';

/** Other assets, whose bytes tell whether the place of all bytes is well. */
export interface Witnesses {
  /** Assets that are none of `assetIds`, and that no look has failed on. */
  readonly others: (assetIds: readonly string[]) => Promise<readonly StoredAsset[]>;
}

interface Asked extends Witnesses {
  readonly bytes: Pick<AssetBytes, 'borrow' | 'presence'>;
}

/**
 * Whether the place of all bytes is well while some are late. A bucket that says "slow down", or nothing, of one object may
 * be well, and one that answers questions may give no bytes: so others' bytes are asked for, where a page does not tell. It
 * is taken to be well where at least as many are given as are late.
 *
 * @param given how many assets' bytes were given beside
 */
export async function isPlaceWell(
  late: readonly (readonly [{ readonly assetId: string }, unknown])[],
  given: number,
  { bytes, others }: Asked,
): Promise<boolean> {
  const own = late.filter(([, error]) => isOfOneAsset(error)).map(([{ assetId }]) => assetId);
  if (own.length <= given) return own.length > 0;
  const witnesses = await others(own);
  const answers = await Promise.all(witnesses.map((witness) => isGiven(bytes, witness)));
  const had = answers.filter((isHad) => isHad).length;
  return had > 0 && had >= witnesses.length / 2;
}
