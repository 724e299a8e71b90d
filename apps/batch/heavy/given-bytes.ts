import type { StoredAsset } from '#persistence/witness-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { BytesUnreadable, SpoolFull, StorageLate } from '#storage/errors.js';

/** Whether an error may be one asset's: not so where our own disk has no room for it. */
export const isOfOneAsset = (error: unknown): boolean => error instanceof StorageLate && !(error instanceof SpoolFull);

/** Whether the place of all bytes gives an asset's now, or says that it never will. */
export async function isGiven(
  bytes: Pick<AssetBytes, 'borrow' | 'presence'>,
  { assetId, sha256 }: StoredAsset,
): Promise<boolean> {
  try {
    if ((await bytes.presence(assetId)) === 'away') return false;
    await (await bytes.borrow(assetId, sha256)).release();
    return true;
  } catch (error) {
    // refused alone: the place answers
    if (error instanceof BytesUnreadable) return true;
    if (error instanceof StorageLate) return false;
    throw error;
  }
}
