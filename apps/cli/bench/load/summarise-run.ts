import { rounded, spreadOf, type Spread } from '../statistics.js';
import { OUTCOMES, type Outcome, type RunLog } from './run-log.js';

/** What one run at one rate showed. Warm-up is not in it. */
export interface RunSummary {
  /** Requests that arrived, a second. */
  readonly offeredPerSecond: number;
  readonly seconds: number;
  readonly requests: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Failures of the whole run, by reason; warm-up included. */
  readonly failures: Readonly<Record<string, number>>;
  /** Share of the requests that the fast tier decided, 0..1. */
  readonly decidedShare: number;
  /** Decisions of the fast tier within the SLO, a second. */
  readonly goodputPerSecond: number;
  /** Of decisions of the fast tier, from the intended time of sending. */
  readonly latencyMs: Spread;
  /** Of answers that are no decision of the fast tier: shed and refused. */
  readonly shedMs: Spread;
  /** How late the generator sent. */
  readonly lagP99Ms: number;
  /** False when the generator was later than it may be: the run tells of the generator, not of the service. */
  readonly isValid: boolean;
  /** Processor time of the generator, a request. */
  readonly generatorCpuMs: number;
}

export interface SummaryLimits {
  readonly sloMs: number;
  /** The generator's lateness at the 99th percentile above which a run does not count. */
  readonly lagMsMax: number;
}

/** A part of a run: the requests meant for `fromMs` up to `toMs`, the latter excluded. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Condenses what the generator saw of the requests in a span. */
export function summariseRun(
  atMs: Float64Array,
  log: RunLog,
  { fromMs, toMs }: Span,
  { sloMs, lagMsMax }: SummaryLimits,
): RunSummary {
  const latencies: Record<Outcome, number[]> = { decided: [], shed: [], refused: [], failed: [] };
  const lags: number[] = [];
  for (const [index, time] of atMs.entries()) {
    if (time < fromMs || time >= toMs) continue;
    const outcome = OUTCOMES[log.outcome[index] ?? 0] ?? 'failed';
    latencies[outcome].push(log.latencyMs[index] ?? Number.NaN);
    lags.push(log.lagMs[index] ?? 0);
  }
  const seconds = (toMs - fromMs) / 1_000;
  const within = latencies.decided.filter((ms) => ms <= sloMs).length;
  const lagP99Ms = spreadOf(lags).p99;
  return {
    offeredPerSecond: rounded(lags.length / seconds, 1),
    seconds,
    requests: lags.length,
    outcomes: {
      decided: latencies.decided.length,
      shed: latencies.shed.length,
      refused: latencies.refused.length,
      failed: latencies.failed.length,
    },
    failures: log.failures,
    decidedShare: rounded(latencies.decided.length / lags.length, 4),
    goodputPerSecond: rounded(within / seconds, 1),
    latencyMs: spreadOf(latencies.decided),
    shedMs: spreadOf([...latencies.shed, ...latencies.refused]),
    lagP99Ms,
    isValid: lagP99Ms <= lagMsMax,
    generatorCpuMs: rounded(log.cpuMs / atMs.length, 3),
  };
}
