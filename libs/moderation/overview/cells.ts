/** What is counted by steps of time, and in what each is told apart. */
export type Measure =
  /** Assets that were taken in, by traffic class. */
  | 'upload'
  /** Provisional decisions: verdict and source. */
  | 'provisional'
  /** The machine's ordinary finals, by source. */
  | 'final'
  /** Their age: traffic class and bin. */
  | 'age'
  /** Those that came after the time they were promised for, by traffic class. */
  | 'late'
  /** Which tier found a label: label and `both`, `fast` or `heavy`. */
  | 'found'
  /** Assets that both tiers scored; the name is empty. */
  | 'compared'
  /** Reconciliations, by transition. */
  | 'transition'
  /** How long the wrong thing stood, by bin; and how often longer than its SLO, with an empty name. */
  | 'exposure'
  | 'exposure_over'
  | 'hold'
  | 'hold_over'
  /** Cases that were opened, by what the machine would change. */
  | 'opened'
  /** Cases that people decided; the name is empty. */
  | 'decided'
  /** How long these had been open, by bin. */
  | 'case_age'
  /** Dead letters, by reason. */
  | 'dead_letter'
  /** Uploads answered at the door, by outcome. */
  | 'door'
  /** Uploads that were not looked at for want of time: where and why. */
  | 'shed'
  /** What uploads took: stage and bin. */
  | 'stage'
  /** Uploads that kept the SLO of their service or did not: its milliseconds, and `kept` or `broken`. */
  | 'slo';

/** So many of something within one step. */
export interface Cell {
  /** When the step begins, epoch milliseconds. */
  readonly atMs: number;
  readonly measure: Measure;
  readonly name: string;
  readonly count: number;
}

/** What was counted within one step, or within several: by measure and name. */
export class Tally {
  private readonly counts = new Map<Measure, Map<string, number>>();

  add(measure: Measure, name: string, count: number): void {
    const names = this.counts.get(measure) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + count);
    this.counts.set(measure, names);
  }

  addAll(other: Tally): void {
    for (const [measure, names] of other.counts) for (const [name, count] of names) this.add(measure, name, count);
  }

  names(measure: Measure): ReadonlyMap<string, number> {
    return this.counts.get(measure) ?? NONE;
  }

  /** Of one name; of all, where none is given. */
  count(measure: Measure, name?: string): number {
    const names = this.names(measure);
    if (name !== undefined) return names.get(name) ?? 0;
    return [...names.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The bins of a measure whose names end with one, of those that begin with `prefix`. */
  bins(measure: Measure, prefix = ''): Map<number, number> {
    const bins = new Map<number, number>();
    for (const [name, count] of this.names(measure)) {
      if (name.startsWith(prefix)) bins.set(Number(name.slice(prefix.length)), count);
    }
    return bins;
  }
}

const NONE: ReadonlyMap<string, number> = new Map();
