import { rounded } from '../statistics.js';

/** Event-loop delay of a service since it was last asked, in milliseconds. */
export interface LoopDelay {
  /** As `nodejs_eventloop_lag_p99_seconds` has it: samples of a timer, which include its period. */
  readonly rawP99Ms: number;
  /** The same less the timer's period. */
  readonly p99Ms: number;
}

/**
 * The period of `perf_hooks.monitorEventLoopDelay` as prom-client uses it. A sample is the time between two runs of a
 * timer of this period: an idle loop has samples of 10 ms and not of 0.
 */
const PERIOD_MS = 10;

/** Reads a service's metrics, which also begins a new span of time there. @throws Error when they hold no delay */
export async function readLoopDelay(serviceUrl: string): Promise<LoopDelay> {
  const response = await fetch(`${serviceUrl}/metrics`);
  return parseLoopDelay(await response.text());
}

export function parseLoopDelay(metrics: string): LoopDelay {
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)?.[1];
  if (seconds === undefined) throw new Error('the service does not tell its event-loop delay');
  const rawP99Ms = rounded(Number(seconds) * 1_000);
  return { rawP99Ms, p99Ms: rounded(Math.max(0, rawP99Ms - PERIOD_MS)) };
}
