import { addFigures, ITEM_CHANGES, NO_FIGURES, type ItemChange, type RunFigures } from '#moderation/sources/source.js';
import type { SourceItemStore } from '#persistence/source-item-store.js';
import type { IngestSource } from '#persistence/source-store.js';

import { comparePage, type CompareOptions } from './compare-page.js';
import { pagesOf } from './pages-of.js';
import type { IngestPlace } from './place.js';
import { PAGE } from './run-source.js';

/** What a whole run would do. */
export type DryRun = Readonly<Record<ItemChange, number>> & Omit<RunFigures, 'activeMs'>;

/** Lists a place and compares it with what is remembered; changes nothing. @param source undefined before its first run */
export async function dryRun(
  place: Pick<IngestPlace, 'list'>,
  source: IngestSource | undefined,
  items: SourceItemStore,
  options: Omit<CompareOptions, 'run'> & { readonly stop: AbortSignal },
): Promise<DryRun> {
  const changes = { new: 0, changed: 0, retried: 0 };
  let sum = NO_FIGURES;
  const run = (source?.run ?? 0) + 1;
  for await (const page of pagesOf(place.list(undefined), PAGE)) {
    options.stop.throwIfAborted();
    const { figures, tasks } = await comparePage(page, source?.id, items, { ...options, run });
    sum = addFigures(sum, figures);
    for (const change of ITEM_CHANGES) changes[change] += tasks.filter((task) => task.change === change).length;
  }
  const { listed, unchanged, passed } = sum;
  return { listed, ...changes, unchanged, passed };
}
