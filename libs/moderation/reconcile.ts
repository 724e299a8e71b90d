import type { Transition, Verdict } from './words.js';

/** What stood before the final verdict: whether the client could show the asset, and since when. */
export interface Before {
  readonly served: boolean;
  readonly sinceMs: number;
  /** How long it was served before a default withheld it, as long as no verdict has spoken of that; null otherwise. */
  readonly shownMs?: number | null;
}

export interface Reconciliation {
  readonly transition: Transition;
  /**
   * Milliseconds a late_block was served, or what a confirmed_block confirms was until its default withheld it; null for
   * everything else.
   */
  readonly exposureMs: number | null;
  /** Milliseconds a late_release was withheld; null for every other transition. */
  readonly wrongfulHoldMs: number | null;
}

/** Names what a final verdict does to what was served until then, and measures what the error cost. */
export function reconcile(before: Before, verdict: Verdict, atMs: number): Reconciliation {
  const lateMs = Math.max(0, atMs - before.sinceMs);
  if (verdict === 'review') return { transition: 'needs_review', exposureMs: null, wrongfulHoldMs: null };
  if (before.served) {
    return verdict === 'allow'
      ? { transition: 'confirmed_allow', exposureMs: null, wrongfulHoldMs: null }
      : { transition: 'late_block', exposureMs: lateMs, wrongfulHoldMs: null };
  }
  return verdict === 'block'
    ? { transition: 'confirmed_block', exposureMs: before.shownMs ?? null, wrongfulHoldMs: null }
    : { transition: 'late_release', exposureMs: null, wrongfulHoldMs: lateMs };
}
