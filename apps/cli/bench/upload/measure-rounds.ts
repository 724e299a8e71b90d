import { progressBar } from '../../progress-bar.js';
import { meterCpu, type CpuByPart, type ProcessGroups } from '../process-usage.js';
import type { UniqueCopies } from '../unique-copies.js';
import type { BareClassifier, BareRate } from './bare-classifier.js';
import { closedLoop, type LoopResult } from './closed-loop.js';
import type { Contestant } from './contestants.js';
import { readLoopDelay, type LoopDelay } from './loop-delay.js';
import type { OpenedPeer, PeerName } from './peers.js';
import type { PerceptualBank } from './perceptual-bank.js';
import type { BySize, UploadSize } from './upload-sizes.js';
import { UPLOAD_SIZES } from './upload-sizes.js';

/** Our service under load. */
export interface OurLeg {
  readonly loop: LoopResult;
  readonly loopDelay: LoopDelay;
  /** Processor time of the whole leg by part; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
}

/** One round of one size: everybody in turn. */
export interface Round {
  readonly size: UploadSize;
  /** No bank goes by looks. */
  readonly ours: OurLeg;
  /** The same with a bank that does. */
  readonly banked: OurLeg;
  readonly peers: Readonly<Partial<Record<PeerName, LoopResult>>>;
  readonly bare: BareRate;
}

export interface RoundsOptions {
  readonly ours: Contestant;
  readonly peers: readonly OpenedPeer[];
  readonly bare: BareClassifier;
  readonly bank: PerceptualBank;
  readonly copies: BySize<UniqueCopies>;
  /** Files of the same kind, for those who read files. */
  readonly paths: BySize<readonly string[]>;
  readonly serviceUrl: string;
  readonly groups: () => Promise<ProcessGroups | undefined>;
  readonly rounds: number;
  readonly secondsPerLeg: number;
  readonly clients: number;
  readonly signal: AbortSignal;
}

/** Everybody under load in turn, so that whatever the machine does meanwhile meets all of them. */
export async function measureRounds(options: RoundsOptions): Promise<Round[]> {
  const legs = new Legs(options);
  const measured: Round[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const size of UPLOAD_SIZES) measured.push(await oneRound(legs, size, options));
    }
  } finally {
    legs.end();
  }
  return measured;
}

async function oneRound(legs: Legs, size: UploadSize, { peers, bank }: RoundsOptions): Promise<Round> {
  const ours = await legs.ours(size);
  const results: Partial<Record<PeerName, LoopResult>> = {};
  for (const { name, contestant } of peers) results[name] = await legs.load(contestant, size);
  const bare = await legs.bare(size);
  await bank.enable(true);
  const banked = await legs.ours(size);
  await bank.enable(false);
  return { size, ours, banked, peers: results, bare };
}

/** The parts of a round, each of the same length. */
class Legs {
  private readonly bar = progressBar('load (s)');
  private readonly total: number;
  private done = 0;

  constructor(private readonly options: RoundsOptions) {
    const perRound = 3 + options.peers.length;
    this.total = options.rounds * UPLOAD_SIZES.length * perRound * options.secondsPerLeg;
  }

  async ours(size: UploadSize): Promise<OurLeg> {
    const { ours, serviceUrl, groups } = this.options;
    await readLoopDelay(serviceUrl);
    const usedCpu = await meterCpu(groups);
    const loop = await this.load(ours, size);
    const cpuMs = await usedCpu();
    return { loop, cpuMs, loopDelay: await readLoopDelay(serviceUrl) };
  }

  async load(contestant: Contestant, size: UploadSize): Promise<LoopResult> {
    const { copies, clients, secondsPerLeg, signal } = this.options;
    const result = await closedLoop(contestant, () => copies[size].next(), {
      clients,
      forMs: secondsPerLeg * 1_000,
      signal,
      onProgress: (_, ms) => this.bar.show(Math.round(this.done + ms / 1_000), this.total),
    });
    this.done += secondsPerLeg;
    return result;
  }

  async bare(size: UploadSize): Promise<BareRate> {
    const { bare, paths, secondsPerLeg } = this.options;
    const rate = await bare.measure(paths[size], secondsPerLeg * 1_000);
    this.done += secondsPerLeg;
    return rate;
  }

  end(): void {
    this.bar.end();
  }
}
