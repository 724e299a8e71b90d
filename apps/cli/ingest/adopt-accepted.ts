import type { HandledItem, SourceItemStore } from '#persistence/source-item-store.js';
import type { IngestSource } from '#persistence/source-store.js';

import type { Task } from './compare-page.js';
import { externalIdOf, metadataText } from './key-text.js';

/**
 * Remembers what a process uploaded before it was killed and could not remember. To send it again would bring the same
 * asset for as long as the service keeps its answers; this holds for ever.
 *
 * @returns the tasks that are left, and what was found
 */
export async function adoptAccepted(
  tasks: readonly Task[],
  { id, run, clientId }: Pick<IngestSource, 'id' | 'run' | 'clientId'>,
  items: Pick<SourceItemStore, 'assets' | 'remember'>,
): Promise<{ readonly left: readonly Task[]; readonly found: readonly HandledItem[] }> {
  if (tasks.length === 0) return { left: tasks, found: [] };
  const externalIds = tasks.map(({ item }) => externalIdOf(item.key));
  const assets = await items.assets({ id, clientId }, externalIds);
  const known = new Map(assets.map((asset) => [nameOf(asset.externalId, asset.version), asset]));
  const left: Task[] = [];
  const found: HandledItem[] = [];
  for (const task of tasks) {
    const { item, change } = task;
    const asset = known.get(nameOf(externalIdOf(item.key), metadataText(item.version)));
    if (asset === undefined) left.push(task);
    else {
      const { assetId, verdict } = asset;
      found.push({ ...item, change, outcome: 'accepted', assetId, verdict, reason: null, detail: null });
    }
  }
  await items.remember(id, run, found);
  return { left, found };
}

const nameOf = (externalId: string, version: string): string => JSON.stringify([externalId, version]);
