import { progressBar } from '../../progress-bar.js';
import { meterCpu, type CpuByPart, type ProcessGroups } from '../process-usage.js';
import { closedLoop, type LoopResult } from './closed-loop.js';
import type { Contestant } from './contestants.js';
import { readLoopDelay, type LoopDelay } from './loop-delay.js';

/** One round: our service under load, then the peer under the same load. */
export interface Round {
  readonly ours: LoopResult;
  readonly loopDelay: LoopDelay;
  /** Processor time of the whole round by part; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
  /** Undefined when there is no peer. */
  readonly theirs: LoopResult | undefined;
}

export interface RoundsOptions {
  readonly ours: Contestant;
  readonly theirs: Contestant | undefined;
  readonly nextFile: () => Buffer;
  readonly serviceUrl: string;
  readonly groups: () => Promise<ProcessGroups | undefined>;
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly clients: number;
  readonly signal: AbortSignal;
}

/** Our service and the peer under load in turn, so that whatever the machine does meanwhile meets both. */
export async function measureRounds(options: RoundsOptions): Promise<Round[]> {
  const { ours, theirs, nextFile, serviceUrl, groups, rounds, secondsPerRound, clients, signal } = options;
  const bar = progressBar('load (s)');
  const legs = rounds * (theirs === undefined ? 1 : 2);
  let leg = 0;
  const load = async (contestant: Contestant): Promise<LoopResult> => {
    const onProgress = (_: number, ms: number): void => {
      bar.show(Math.round(leg * secondsPerRound + ms / 1_000), legs * secondsPerRound);
    };
    const result = await closedLoop(contestant, nextFile, {
      clients,
      forMs: secondsPerRound * 1_000,
      signal,
      onProgress,
    });
    leg += 1;
    return result;
  };
  const measured: Round[] = [];
  try {
    while (measured.length < rounds) {
      await readLoopDelay(serviceUrl);
      const usedCpu = await meterCpu(groups);
      const result = await load(ours);
      const cpuMs = await usedCpu();
      const loopDelay = await readLoopDelay(serviceUrl);
      measured.push({ ours: result, loopDelay, cpuMs, theirs: theirs === undefined ? undefined : await load(theirs) });
    }
  } finally {
    bar.end();
  }
  return measured;
}
