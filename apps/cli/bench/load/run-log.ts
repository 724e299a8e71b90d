/**
 * How a request ended: `decided` by the fast tier in time for its answer, `shed` to the batch path with the policy's
 * default, `refused` with a time to come back, or `failed`.
 */
export const OUTCOMES = ['decided', 'shed', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An answered request, or one that will get no answer. */
export type Ending =
  { readonly outcome: Exclude<Outcome, 'failed'> } | { readonly outcome: 'failed'; readonly why: string };

/** What a run of the generator saw, by columns: one entry per request, in the order of the plan. */
export interface RunLog {
  /** From the intended time of sending to the last byte of the answer. */
  readonly latencyMs: Float64Array;
  /** From the intended time of sending to the real one. */
  readonly lagMs: Float64Array;
  /** Index into `OUTCOMES`. */
  readonly outcome: Uint8Array;
  /** Requests that failed, by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** Processor time of the generator's process during the run. */
  readonly cpuMs: number;
}
