import { ServiceRunner, type RunnerLimits, type ServiceState } from './service-runner.js';
import type { ServiceSpec } from './service-spec.js';

const DEFAULT_LIMITS: RunnerLimits = {
  firstDelayMs: 250,
  delayMaxMs: 15_000,
  healthyAfterMs: 30_000,
  // loading and warming both models takes seconds on a busy machine
  readyLimitMs: 120_000,
  settleMs: 1_000,
};
/** When one service cannot be started, how long the others may take to end. */
const FAILED_START_GRACE_MS = 5_000;

/**
 * Runs services as Node processes and keeps them running: one that dies is started again after a delay that grows. They
 * do not outlive this process, however it ends, as long as they call `exitWithParent`.
 */
export class Supervisor {
  private readonly runners: readonly ServiceRunner[];

  /** @param onLine takes each line that a service writes, and each notice about it, with its name in front */
  constructor(services: readonly ServiceSpec[], onLine: (line: string) => void, limits: Partial<RunnerLimits> = {}) {
    const width = Math.max(0, ...services.map((service) => service.name.length));
    this.runners = services.map((service) => {
      const pass = (mark: string) => (text: string) => {
        onLine(`${service.name.padEnd(width)} ${mark} ${text}`);
      };
      return new ServiceRunner(service, { ...DEFAULT_LIMITS, ...limits }, pass('|'), pass('*'));
    });
  }

  /** Of each service, in the order given. */
  get states(): readonly ServiceState[] {
    return this.runners.map((runner) => runner.state);
  }

  /**
   * Starts all services and waits until all are ready.
   *
   * @throws ServiceFailure when one cannot be started; all others have been stopped by then
   */
  async start(): Promise<void> {
    try {
      await Promise.all(this.runners.map((runner) => runner.start()));
    } catch (error) {
      await this.stop(FAILED_START_GRACE_MS);
      throw error;
    }
  }

  /**
   * Asks all services to end, waits for them, and ends those that still run after `graceMs`. May be called again with
   * less patience.
   */
  async stop(graceMs: number): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop(graceMs)));
  }
}
