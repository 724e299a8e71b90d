import { setTimeout as delay } from 'node:timers/promises';
import { answersOk, poll } from './readiness.js';
import { RestartDelay, type RestartLimits } from './restart-delay.js';
import { ServiceFailure } from './service-failure.js';
import { ServiceProcess, type ServiceEnd } from './service-process.js';
import type { ServiceSpec } from './service-spec.js';

export interface RunnerLimits extends RestartLimits {
  /** From the first start to readiness. */
  readonly readyLimitMs: number;
  /** A service without `readyUrl` is ready when it has been up for this long. */
  readonly settleMs: number;
}

export interface ServiceState {
  readonly name: string;
  /** Undefined between two runs. */
  readonly pid: number | undefined;
  readonly ready: boolean;
  /** Where it listens, once it has said so. */
  readonly port: number | undefined;
  readonly restarts: number;
}

/** `EX_CONFIG` of sysexits.h: the settings are wrong, and another try with the same settings cannot help. */
const EXIT_BAD_SETTINGS = 78;

/** Keeps one service running until it is stopped. */
export class ServiceRunner {
  private process: ServiceProcess | undefined;
  private ready = false;
  private restarts = 0;
  private failure: ServiceFailure | undefined;
  /** Aborted when the service is to end, or cannot be started. */
  private readonly over = new AbortController();
  private readonly restartDelay: RestartDelay;

  constructor(
    readonly spec: ServiceSpec,
    private readonly limits: RunnerLimits,
    private readonly onLine: (line: string) => void,
    private readonly onNotice: (notice: string) => void,
  ) {
    this.restartDelay = new RestartDelay(limits);
  }

  get state(): ServiceState {
    const pid = this.process?.running === true ? this.process.pid : undefined;
    return { name: this.spec.name, pid, port: this.process?.port, ready: this.ready, restarts: this.restarts };
  }

  /**
   * Starts the service and waits until it is ready for the first time.
   *
   * @throws ServiceFailure when its settings are wrong, it is not ready in time, or is stopped before
   */
  async start(): Promise<void> {
    void this.keepRunning();
    const limit = AbortSignal.timeout(this.limits.readyLimitMs);
    const end = AbortSignal.any([limit, this.over.signal]);
    if (await poll(() => this.isReady(end), end)) {
      this.ready = true;
      return;
    }
    const reason = limit.aborted ? `was not ready after ${this.limits.readyLimitMs / 1000} s` : 'was stopped';
    throw this.failure ?? new ServiceFailure(this.spec.name, reason, this.process?.lastLines ?? []);
  }

  /** Asks the service to end, and ends it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.over.abort();
    const run = this.process;
    if (run?.running !== true) return;
    run.terminate();
    const timer = setTimeout(() => {
      this.onNotice(`did not end in ${graceMs / 1000} s: killed`);
      run.kill();
    }, graceMs);
    await run.ended.finally(() => {
      clearTimeout(timer);
    });
  }

  private async isReady(end: AbortSignal): Promise<boolean> {
    const { readyUrl } = this.spec;
    const run = this.process;
    if (run === undefined) return false;
    if (readyUrl === undefined) return run.running && run.upMs >= this.limits.settleMs;
    // before it says that it listens, another program may answer at its address
    return run.port !== undefined && (await answersOk(readyUrl(run.port), end)) && run.running;
  }

  private async keepRunning(): Promise<void> {
    const { signal } = this.over;
    for (this.restarts = 0; !signal.aborted; this.restarts += 1) {
      const run = new ServiceProcess(this.spec, this.onLine);
      this.process = run;
      const end = await run.ended;
      if (this.isOver()) return;
      if (end.code === EXIT_BAD_SETTINGS && !this.ready) {
        this.failure = new ServiceFailure(this.spec.name, 'refuses its settings', run.lastLines);
        this.over.abort();
        return;
      }
      const delayMs = this.restartDelay.next(run.upMs);
      this.onNotice(`${describe(end)} after ${(run.upMs / 1000).toFixed(1)} s: again in ${delayMs / 1000} s`);
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private isOver(): boolean {
    return this.over.signal.aborted;
  }
}

function describe(end: ServiceEnd): string {
  return end.signal === null ? `ended with code ${end.code ?? 'unknown'}` : `was ended by ${end.signal}`;
}
