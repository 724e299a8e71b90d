export interface ConsoleBenchOptions {
  /** Items that are decided in each part. */
  readonly items: number;
  /** Cases that are still to decide. */
  readonly open: number;
  /** Open live streams, each of another person who is signed in. */
  readonly streams: number;
  /** Changes of the queue whose way to every stream is timed. */
  readonly changes: number;
  /** Reads of each part of the queue. */
  readonly reads: number;
}
