export interface RestartLimits {
  /** Before the first restart. */
  readonly firstDelayMs: number;
  /** It doubles up to this. */
  readonly delayMaxMs: number;
  /** A service that was up for this long is taken for healthy: the next delay is the first again. */
  readonly healthyAfterMs: number;
}

/**
 * How long to wait before a service that died is started again. Exponential, so that a service that cannot live costs
 * little; from the first again after a while of health, so that one that dies once a day is back at once.
 */
export class RestartDelay {
  private failures = 0;

  constructor(private readonly limits: RestartLimits) {}

  /** @param upMs how long the service was up before it died */
  next(upMs: number): number {
    if (upMs >= this.limits.healthyAfterMs) this.failures = 0;
    const delayMs = Math.min(this.limits.delayMaxMs, this.limits.firstDelayMs * 2 ** this.failures);
    this.failures += 1;
    return delayMs;
  }
}
