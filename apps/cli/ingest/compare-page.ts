import { itemStep, type StepOptions } from '#moderation/sources/item-step.js';
import { addFigures, NO_FIGURES, type ItemChange, type RunFigures } from '#moderation/sources/source.js';
import type { SourceItemStore } from '#persistence/source-item-store.js';

import { externalIdOf, metadataText } from './key-text.js';
import type { Listed, ListedItem } from './place.js';

/** An item to upload, and why. */
export interface Task {
  readonly item: ListedItem;
  readonly change: ItemChange;
}

type Passed = Extract<Listed, { kind: 'passed' }>;

/** What a page of a listing asks for. */
export interface Compared {
  readonly figures: RunFigures;
  readonly tasks: readonly Task[];
  readonly passed: readonly Passed[];
}

export interface CompareOptions extends StepOptions {
  /** Whether an item is meant at all. */
  readonly isMeant: (key: Buffer) => boolean;
}

const SLASH = 0x2f;

/**
 * Compares a page of a listing with what is remembered.
 *
 * @param sourceId undefined for a source that there is not yet
 */
export async function comparePage(
  page: readonly Listed[],
  sourceId: string | undefined,
  items: Pick<SourceItemStore, 'remembered'>,
  { isMeant, ...step }: CompareOptions,
): Promise<Compared> {
  const meant = page.flatMap((one) => (one.kind === 'item' && isMeant(one.item.key) ? [one.item] : []));
  // a whole folder that cannot be read is everybody's
  const passed = page.filter(isPassed).filter(({ key }) => key.at(-1) === SLASH || isMeant(key));
  const asked = meant.map(({ key, version }) => ({
    ...{ key, version },
    ...{ externalId: externalIdOf(key), saidVersion: metadataText(version) },
  }));
  const rows = sourceId === undefined || asked.length === 0 ? [] : await items.remembered(sourceId, asked);
  const known = new Map(rows.map((row) => [nameOf(row.key), row]));
  const tasks: Task[] = [];
  let unchanged = 0;
  for (const item of meant) {
    const next = itemStep(item.version, known.get(nameOf(item.key)), step);
    if (next === 'unchanged') unchanged += 1;
    else if (next !== 'handled') tasks.push({ item, change: next });
  }
  const figures = passed.reduce((sum, { reason }) => addFigures(sum, { ...NO_FIGURES, passed: { [reason]: 1 } }), {
    ...NO_FIGURES,
    listed: meant.length,
    unchanged,
  });
  return { figures, tasks, passed };
}

const isPassed = (listed: Listed): listed is Passed => listed.kind === 'passed';

/** Bytes as a text that differs where they do. */
const nameOf = (key: Buffer): string => key.toString('latin1');
