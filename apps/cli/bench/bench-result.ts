/** A promised figure and what was measured of it. */
export interface PromisedFigure {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly unit: string;
  /** Null where it could not be measured; the notes say why. */
  readonly measured: number | null;
}

/** A table of the report: a name per row, then one cell per further column. */
export interface ResultTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture of the report, an SVG document in a file beside it. */
export interface Picture {
  /** Name of the file, with its extension. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** What a benchmark hands to the report. */
export interface BenchResult {
  /** File name of the report, without extension. */
  readonly name: string;
  /** What was measured, in one or two sentences. */
  readonly what: string;
  /** The command that repeats it, with every option that matters. */
  readonly command: string;
  readonly promised: readonly PromisedFigure[];
  readonly tables: readonly ResultTable[];
  readonly pictures?: readonly Picture[];
  readonly notes: readonly string[];
  /** Everything else that was measured, for machines: a summary, and the rounds it was made of. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether the figure holds; null where it was not measured. */
export function isMet({ bound, limit, measured }: PromisedFigure): boolean | null {
  if (measured === null) return null;
  return bound === 'at most' ? measured <= limit : measured >= limit;
}
