/** The process runs. */
export interface LiveAnswer {
  readonly status: 'live';
}

export interface ReadyAnswer {
  readonly status: 'ready' | 'not ready';
  /** What is missing, by part; empty when nothing is. */
  readonly missing: Readonly<Record<string, string>>;
}
