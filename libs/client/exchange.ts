import type { Body } from './body.js';

/** One request, sent once. */
export interface Sending {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | undefined;
  readonly signal: AbortSignal;
  /** Hears of every piece that has left this process, as far as the platform tells. */
  readonly onSent: ((bytes: number) => void) | undefined;
}

/** An answer, its body whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** A header; null where there is none. */
  header(name: string): string | null;
}
