import type { CpuByPart } from '../process-usage.js';
import { median, rounded } from '../statistics.js';
import { growthShare } from './growth.js';
import type { LoadBed, MeasuredRun, RunOptions } from './load-bed.js';
import { summariseRun, type RunSummary, type SummaryLimits } from './summarise-run.js';
import { verdictOf, type Verdict } from './verdict.js';

/** One rate, and what it showed. */
export interface LoadStep {
  readonly name: string;
  /** Requests a second that were asked for. */
  readonly rate: number;
  readonly summary: RunSummary;
  /** Whether the service held its promise. */
  readonly verdict: Verdict;
  /** Processor time a request by part, warm-up included. */
  readonly cpuMsPerRequest: CpuByPart | undefined;
  /** Resident memory: the median, and how much more of it there was in the last fifth than in the first. */
  readonly rssMb: number | null;
  readonly rssGrowth: number | null;
  readonly samples: MeasuredRun['samples'];
  /** Ratio of the p95 of the two halves of the step, 1 or more: what the same thing differs by. */
  readonly halves: number;
}

export interface StepOptions extends SummaryLimits {
  readonly warmUpSeconds: number;
}

/** Loads the service at one rate, after a warm-up at the same rate. */
export async function loadStep(
  bed: Pick<LoadBed, 'run'>,
  run: RunOptions,
  options: StepOptions,
): Promise<{ readonly step: LoadStep; readonly measured: MeasuredRun }> {
  const { warmUpSeconds } = options;
  const measured = await bed.run({ ...run, seconds: run.seconds + warmUpSeconds });
  return { step: stepOf(measured, run, options), measured };
}

function stepOf({ plan, log, cpuMs, samples }: MeasuredRun, run: RunOptions, options: StepOptions): LoadStep {
  const fromMs = options.warmUpSeconds * 1_000;
  const toMs = fromMs + run.seconds * 1_000;
  const middleMs = (fromMs + toMs) / 2;
  const summarise = (from: number, to: number): RunSummary =>
    summariseRun(plan.atMs, log, { fromMs: from, toMs: to }, options);
  const summary = summarise(fromMs, toMs);
  const [first, second] = [summarise(fromMs, middleMs).latencyMs.p95, summarise(middleMs, toMs).latencyMs.p95];
  const rss = samples.map(({ rssMb }) => rssMb);
  return {
    name: run.name,
    rate: run.perSecond,
    summary,
    verdict: verdictOf(summary, options.sloMs),
    cpuMsPerRequest: cpuMs === undefined ? undefined : perRequest(cpuMs, plan.atMs.length),
    rssMb: rss.length === 0 ? null : Math.round(median(rss)),
    rssGrowth: growthShare(rss),
    samples,
    halves: rounded(Math.max(first / second, second / first)),
  };
}

const perRequest = (cpuMs: CpuByPart, requests: number): CpuByPart =>
  Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, rounded(ms / requests)]));
