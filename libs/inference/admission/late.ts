/** A real answer up to so much after the deadline is worth more than the default in time; a later one is not waited for. */
export const LATE_MS_MAX = 1_000;

/** What the most patient of some waits for an answer. */
export const leftMs = (batch: readonly { readonly deadlineAtMs: number }[], nowMs: number): number =>
  Math.ceil(Math.max(...batch.map(({ deadlineAtMs }) => deadlineAtMs)) - nowMs + LATE_MS_MAX);
