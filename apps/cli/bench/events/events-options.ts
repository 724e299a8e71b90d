export interface EventsBenchOptions {
  /** Events a second, dealt out evenly to the endpoints' clients. */
  readonly rate: number;
  readonly seconds: number;
  /** One of a client each. */
  readonly endpoints: number;
  /** Of them, those that take requests and never answer. */
  readonly hanging: number;
}
