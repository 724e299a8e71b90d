/** The world is late: a dependency is away, a pool is exhausted. Worth trying again; answered with 503 and Retry-After. */
export class OperationalError extends Error {
  override readonly name: string = 'OperationalError';
}

/** A service must not start before an operator has mended what the message names; starting again is no use. */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused';
}
