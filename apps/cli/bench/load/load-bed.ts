import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import { drawPhotographs } from '../photographs.js';
import { temporaryFolder } from '../private-installation.js';
import { holdingsOf, meterCpu, type CpuByPart, type Holdings, type ProcessGroups } from '../process-usage.js';
import { Watch } from '../watch.js';
import { checkAnswers } from './check-answers.js';
import { Generator } from './generator.js';
import type { WorkloadOptions } from './load-options.js';
import { openTarget, type LoadTarget } from './load-target.js';
import { SIZE_MIXES, SIZES, type Size } from './request-kinds.js';
import { planRequests, type RequestPlan, type Workload } from './request-plan.js';
import type { RunLog } from './run-log.js';
import { parseTrace } from './trace.js';

const PHOTOGRAPHS: Readonly<Record<Size, { readonly count: number; readonly width: number; readonly height: number }>> =
  {
    '640': { count: 24, width: 640, height: 480 },
    '2mp': { count: 6, width: 1632, height: 1224 },
  };
/** Between two looks at the service's processes, unless a run says otherwise. */
const WATCH_EVERY_MS = 2_000;

/** One run as it was planned and seen. */
export interface MeasuredRun {
  readonly plan: RequestPlan;
  readonly log: RunLog;
  /** Processor time of the whole run by part, ours included; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
  readonly samples: readonly (Holdings & { readonly atMs: number })[];
}

export interface RunOptions {
  readonly name: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Between two looks at the service's processes. */
  readonly watchEveryMs?: number;
}

/** A service under load: the target, the generator, and what is sent. */
export class LoadBed {
  private runs = 0;

  private constructor(
    readonly target: LoadTarget,
    private readonly generator: Generator,
    readonly workload: Workload,
  ) {}

  /**
   * Opens the target, draws photographs and starts the generator.
   *
   * @param settings of an upload service of our own, which promises the SLO of the options
   * @throws Error when nothing answers
   */
  static async open(
    context: BenchContext,
    options: WorkloadOptions,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<LoadBed> {
    const workload = await workloadOf(options);
    const target = await openTarget(context, options, { FAST_SLO_MS: String(options.slo), ...settings });
    await checkAnswers(target.url);
    const photographs = await storePhotographs(context, workload);
    const generator = await Generator.open(context, { url: target.url, key: target.key, photographs });
    return new LoadBed(target, generator, workload);
  }

  /** Sends requests of the workload at a rate. Each run has its own. */
  async run(options: RunOptions): Promise<MeasuredRun> {
    this.runs += 1;
    return this.send(planRequests(this.workload, options.perSecond, options.seconds * 1_000, this.runs), options);
  }

  /** Sends the requests of a plan. */
  async send(plan: RequestPlan, options: Pick<RunOptions, 'name' | 'watchEveryMs'>): Promise<MeasuredRun> {
    const { ours } = this.target;
    const bar = progressBar(options.name);
    const watch =
      ours === undefined ? undefined : new Watch(() => holdingsOf(ours.pid()), options.watchEveryMs ?? WATCH_EVERY_MS);
    try {
      const usedCpu = await meterCpu(() => this.groups());
      const log = await this.generator.run(plan, (sent) => bar.show(sent, plan.atMs.length));
      const cpuMs = await usedCpu();
      return { plan, log, cpuMs, samples: (await watch?.stop()) ?? [] };
    } finally {
      bar.end();
      watch?.end();
    }
  }

  private async groups(): Promise<ProcessGroups | undefined> {
    const parts = await this.target.ours?.groups();
    const { pid } = this.generator;
    return parts === undefined || pid === undefined ? parts : { ...parts, generator: [pid], benchmark: [process.pid] };
  }
}

async function workloadOf(options: WorkloadOptions): Promise<Workload> {
  const { size, classes, seed, arrivals, burst, trace } = options;
  const drawn = { sizes: SIZE_MIXES[size], classes, seed };
  if (trace === undefined) {
    return { ...drawn, arrivals: arrivals === 'bursty' ? { kind: arrivals, ...burst } : { kind: arrivals } };
  }
  const recorded = parseTrace(await readFile(trace, 'utf8'));
  return { ...drawn, arrivals: { kind: 'replay', atMs: recorded.map(({ atMs }) => atMs) }, recorded };
}

/** Files for the generator: it draws nothing itself. */
async function storePhotographs(
  context: BenchContext,
  { sizes, recorded }: Workload,
): Promise<Record<string, readonly string[]>> {
  const folder = await temporaryFolder(context);
  const files: Record<string, readonly string[]> = {};
  for (const size of SIZES) {
    if (!sizes.has(size) && recorded?.some((request) => request.size === size) !== true) continue;
    const { count, width, height } = PHOTOGRAPHS[size];
    const photographs = await drawPhotographs(count, { width, height });
    const paths = photographs.map((_, index) => join(folder, `${size}-${index}.jpg`));
    await Promise.all(photographs.map((bytes, index) => writeFile(paths[index] ?? '', bytes)));
    files[size] = paths;
  }
  return files;
}
