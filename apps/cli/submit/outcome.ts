import type { Asset } from '#client/answers.js';
import { PortcullisError } from '#client/errors.js';

/** What became of one argument. */
export type Outcome =
  | { readonly kind: 'allowed' | 'blocked'; readonly asset: Asset }
  /** The service takes no such image, or it cannot be read: it is to be mended. */
  | { readonly kind: 'refused'; readonly detail: string; readonly code: string | null }
  /** It may succeed another time. With an asset: that has no final yet. */
  | { readonly kind: 'failed'; readonly detail: string; readonly code: string | null; readonly asset: Asset | null };

export type OutcomeKind = Outcome['kind'];

/** An argument, and what became of it. */
export interface Handled {
  readonly name: string;
  readonly outcome: Outcome;
}

/** How `portcullis submit` ends, the gravest first. 2 and 78 are for what could not be begun. */
export const EXIT = { stopped: 130, failed: 4, refused: 3, blocked: 1, allowed: 0 } as const;

/** By whether it may be shown. */
export const outcomeOf = (asset: Asset): Outcome => ({ kind: asset.served ? 'allowed' : 'blocked', asset });

/** @param asset where it was accepted before the error */
export function outcomeOfError(error: unknown, asset: Asset | null): Outcome {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof PortcullisError && 'code' in error ? String(error.code) : null;
  const mayFollow = error instanceof PortcullisError && error.retryable;
  if (mayFollow || asset !== null || code === 'defect') return { kind: 'failed', detail, code, asset };
  return { kind: 'refused', detail, code };
}

/** @param isStopped it was stopped before its end */
export function exitCodeOf(kinds: readonly OutcomeKind[], isStopped: boolean): number {
  if (isStopped) return EXIT.stopped;
  for (const kind of ['failed', 'refused', 'blocked'] as const) if (kinds.includes(kind)) return EXIT[kind];
  return EXIT.allowed;
}
