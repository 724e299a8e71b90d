import type { Delivered } from './deliver-item.js';

/** What a process has done of a run so far, for those who watch. */
export interface RunTally {
  listed: number;
  unchanged: number;
  allowed: number;
  blocked: number;
  refused: number;
  failed: number;
}

export const newTally = (): RunTally => ({
  listed: 0,
  unchanged: 0,
  allowed: 0,
  blocked: 0,
  refused: 0,
  failed: 0,
});

/** Counts what became of an item. */
export function count(tally: RunTally, { outcome, verdict }: Pick<Delivered, 'outcome' | 'verdict'>): void {
  if (outcome !== 'accepted') tally[outcome] += 1;
  else if (verdict === 'block') tally.blocked += 1;
  else tally.allowed += 1;
}
