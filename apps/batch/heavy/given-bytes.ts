import type { StoredAsset } from '#persistence/witness-store.js';
import type { AssetBytes, BytesPresence } from '#storage/asset-bytes.js';
import { BytesUnreadable, SpoolFull, StorageLate } from '#storage/errors.js';

/** As much of the place of all bytes as is asked whether it gives an asset's. */
export type Giving = Pick<AssetBytes, 'borrow' | 'presence'>;

/** Whether an error may be one asset's: not so where our own disk has no room for it. */
export const isOfOneAsset = (error: unknown): boolean => error instanceof StorageLate && !(error instanceof SpoolFull);

/** Whether the place of all bytes gives an asset's now, or says that it never will. */
export async function isGiven(bytes: Giving, { assetId, sha256 }: StoredAsset): Promise<boolean> {
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

/**
 * What is known of an asset's bytes after a look that could not read them. A folder that answers with errors says nothing of
 * one file: it is asked for the bytes once more.
 *
 * @returns StorageLate where it may be no fault of the asset's
 */
export async function bytesAfterLook(
  bytes: Giving,
  { assetId, sha256 }: StoredAsset,
): Promise<Exclude<BytesPresence, 'away'> | StorageLate> {
  const presence = await bytes.presence(assetId);
  if (presence === 'away') return new StorageLate('the place of all stored bytes is away');
  if (presence === 'gone') return presence;
  try {
    await (await bytes.borrow(assetId, sha256)).release();
    return presence;
  } catch (error) {
    if (error instanceof StorageLate) return error;
    // refused alone: it answers
    if (error instanceof BytesUnreadable) return presence;
    throw error;
  }
}
