import type { ErasureItem, ErasureOutcome } from '#contracts/erasure-answer.js';
import type { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import type { CliActs } from '../acting.js';

export interface EraseAllParts {
  readonly erasures: Pick<ErasureStore, 'erase' | 'removeBytes'>;
  readonly acts: Pick<CliActs, 'act'>;
  readonly bytes: Pick<AssetBytes, 'remove'>;
  readonly by: string;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Erases assets one after the other, with their bytes.
 *
 * @returns what became of each
 * @throws DatabaseLate, StorageLate; what was erased by then stays so, and bytes that are left are the batch service's
 */
export async function eraseAll(
  assetIds: readonly string[],
  { erasures, acts, bytes, by, onProgress }: EraseAllParts,
): Promise<ErasureItem[]> {
  const items: ErasureItem[] = [];
  for (const assetId of assetIds) {
    const note = (outcome: ErasureOutcome) => ({ outcome });
    const outcome = await acts.act({ act: 'asset.erase', subject: 'asset', id: assetId, note }, () =>
      erasures.erase(assetId, { cause: 'admin', by }),
    );
    if (outcome === 'erased') await erasures.removeBytes(assetId, (id) => bytes.remove(id, true));
    items.push({ assetId, outcome });
    onProgress(items.length, assetIds.length);
  }
  return items;
}
