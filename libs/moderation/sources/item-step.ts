import type { ItemChange, ItemOutcome } from './source.js';

/** What is known of an item from before. */
export interface RememberedItem {
  readonly version: string;
  readonly outcome: ItemOutcome;
  /** The number of the run that took it last. */
  readonly run: number;
}

export interface StepOptions {
  /** The number of the run that asks. */
  readonly run: number;
  /** Also try again what was refused and has not changed. */
  readonly retryRefused: boolean;
}

/** What to do with an item that is listed: upload it, and why; or nothing, for it is as it was or was taken in this run. */
export type ItemStep = ItemChange | 'unchanged' | 'handled';

/**
 * What a run does with a listed item. It never uploads the same version twice, also after it was killed and goes on; and
 * it tries again in the next run, not in the same one.
 *
 * @param version says of two listings whether the item is still the same: an etag, or size and time
 * @param remembered undefined for an item that was never taken
 */
export function itemStep(
  version: string,
  remembered: RememberedItem | undefined,
  { run, retryRefused }: StepOptions,
): ItemStep {
  if (remembered === undefined) return 'new';
  if (remembered.version !== version) return 'changed';
  if (remembered.run === run) return 'handled';
  const again = remembered.outcome === 'failed' || (remembered.outcome === 'refused' && retryRefused);
  return again ? 'retried' : 'unchanged';
}
