import type { Transition } from '../words.js';
import type { ItemChange, ItemOutcome } from './source.js';

/** Items of a source that have all this in common, and how many there are. */
export interface ItemGroup {
  /** Taken by the run under way or last, rather than a former one. */
  readonly isOfRun: boolean;
  readonly change: ItemChange;
  readonly outcome: ItemOutcome;
  /** Of what was accepted: the provisional verdict. Of what was not: the reason. */
  readonly word: string;
  /** Their assets have their final decision. */
  readonly isFinal: boolean;
  readonly transition: Transition | null;
  readonly items: number;
}

/** How many by word: verdict, problem code, reason or transition. */
export type Counts = Readonly<Record<string, number>>;

/** Items by what became of them. */
export interface OutcomeCounts {
  readonly items: number;
  /** By provisional verdict. */
  readonly accepted: Counts;
  /** By problem code. */
  readonly refused: Counts;
  /** By reason. */
  readonly failed: Counts;
}

/** Assets of items by how far they are. */
export interface FinalCounts {
  readonly withFinal: number;
  readonly waiting: number;
  readonly transitions: Counts;
}

/** Sums up what became of items. */
export function outcomeCounts(groups: readonly ItemGroup[]): OutcomeCounts {
  const of = (outcome: ItemOutcome): Counts =>
    countBy(
      groups.filter((group) => group.outcome === outcome),
      ({ word }) => word,
    );
  return { items: sum(groups), accepted: of('accepted'), refused: of('refused'), failed: of('failed') };
}

/** Sums up why items were uploaded. */
export const changeCounts = (groups: readonly ItemGroup[]): Readonly<Record<ItemChange, number>> => ({
  new: 0,
  changed: 0,
  retried: 0,
  ...countBy(groups, ({ change }) => change),
});

/** Sums up how far the assets of items are. */
export function finalCounts(groups: readonly ItemGroup[]): FinalCounts {
  const accepted = groups.filter(({ outcome }) => outcome === 'accepted');
  const final = accepted.filter(({ isFinal }) => isFinal);
  return {
    withFinal: sum(final),
    waiting: sum(accepted) - sum(final),
    transitions: countBy(final, ({ transition }) => transition ?? 'none'),
  };
}

const sum = (groups: readonly ItemGroup[]): number => groups.reduce((items, group) => items + group.items, 0);

function countBy(groups: readonly ItemGroup[], wordOf: (group: ItemGroup) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const group of groups) counts[wordOf(group)] = (counts[wordOf(group)] ?? 0) + group.items;
  return counts;
}
