export interface KeysBenchOptions {
  /** In use, each known to the process that checks it. */
  readonly keys: number;
  /** How long they are checked. */
  readonly seconds: number;
  /** Keys that are revoked while they are in use. */
  readonly revocations: number;
}
