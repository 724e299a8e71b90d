import type { AssetStore } from '#persistence/asset-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

const PAGE = 500;

/**
 * Removes stored bytes that no asset row names and that are older than the grace: a process died between storing and
 * committing. An id is made for one upload and never again, so that no later upload can claim such bytes.
 *
 * @returns how many assets' bytes were removed
 */
export async function collectOrphans(
  bytes: Pick<AssetBytes, 'idsWrittenBefore' | 'remove'>,
  assets: AssetStore,
  beforeMs: number,
): Promise<number> {
  let removed = 0;
  let page: string[] = [];
  const sweep = async (): Promise<void> => {
    const orphans = await assets.unknownOf(page);
    page = [];
    for (const id of orphans) await bytes.remove(id);
    removed += orphans.length;
  };
  for await (const id of bytes.idsWrittenBefore(beforeMs)) {
    page.push(id);
    if (page.length === PAGE) await sweep();
  }
  if (page.length > 0) await sweep();
  return removed;
}
