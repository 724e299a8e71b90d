/** Where an ingest takes images from. */
export const INGEST_KINDS = ['folder', 's3'] as const;
export type IngestKind = (typeof INGEST_KINDS)[number];

/** Why an item was uploaded: it is new, another version of it was there before, or it is tried again. */
export const ITEM_CHANGES = ['new', 'changed', 'retried'] as const;
export type ItemChange = (typeof ITEM_CHANGES)[number];

/**
 * What became of an item: `accepted` is an asset; `refused` is not tried again as long as it stays as it is; `failed` is
 * tried again in the next run.
 */
export const ITEM_OUTCOMES = ['accepted', 'refused', 'failed'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** Why an item failed: in its place, on the way, or in the service. */
export const FAIL_REASONS = ['changing', 'unreadable', 'busy', 'broken_connection', 'service_error'] as const;
export type FailReason = (typeof FAIL_REASONS)[number];

/** Why something that was listed is not taken for an image. It is counted, never remembered. */
export const PASS_REASONS = [
  'link_outside',
  'link_to_folder',
  'broken_link',
  'not_a_file',
  'name_too_long',
  'unreadable',
] as const;
export type PassReason = (typeof PASS_REASONS)[number];

/** The longest name of an item below its source, in bytes: that of S3. */
export const ITEM_KEY_BYTES_MAX = 1_024;

/** What a run counts beside the items that it uploads. */
export interface RunFigures {
  /** Items that were listed, whatever became of them. */
  readonly listed: number;
  /** Items that are as they were when they were last taken. */
  readonly unchanged: number;
  /** What was passed over, by reason. */
  readonly passed: Readonly<Partial<Record<PassReason, number>>>;
  /** How long the processes that worked on the run did so, in milliseconds. */
  readonly activeMs: number;
}

export const NO_FIGURES: RunFigures = { listed: 0, unchanged: 0, passed: {}, activeMs: 0 };

/** The sum of two figures of the same run. */
export function addFigures(a: RunFigures, b: RunFigures): RunFigures {
  const passed = { ...a.passed };
  for (const reason of PASS_REASONS) {
    const more = b.passed[reason] ?? 0;
    if (more > 0) passed[reason] = (passed[reason] ?? 0) + more;
  }
  return {
    listed: a.listed + b.listed,
    unchanged: a.unchanged + b.unchanged,
    passed,
    activeMs: a.activeMs + b.activeMs,
  };
}
