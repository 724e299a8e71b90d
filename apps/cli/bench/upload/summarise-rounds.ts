import type { CpuByPart } from '../process-usage.js';
import { median, rounded, spreadOf, type Spread } from '../statistics.js';
import type { LoopResult } from './closed-loop.js';
import type { LoopDelay } from './loop-delay.js';
import type { OurLeg, Round } from './measure-rounds.js';
import { PEERS, type PeerName } from './peers.js';

/** All rounds of one size in a few numbers. Ratios and differences are taken in each round; their median counts. */
export interface SizeSummary {
  readonly perSecond: number;
  readonly latencyMs: Spread;
  readonly faults: number;
  readonly loopDelay: LoopDelay;
  /** By part, mean of all rounds; null where nothing tells it. */
  readonly cpuMsPerUpload: CpuByPart | null;
  readonly peers: Readonly<Partial<Record<PeerName, PeerSummary>>>;
  readonly cost: CostSummary;
}

export interface PeerSummary {
  readonly perSecond: number;
  /** Ours through theirs. */
  readonly times: number;
  readonly faults: number;
}

/** Milliseconds of processor time; null where nothing tells it. */
export interface CostSummary {
  /** An upload: service, classifier processes and database. */
  readonly uploadMs: number | null;
  /** Decode and inference alone. */
  readonly bareMs: number;
  readonly ratio: number | null;
  /** With a bank that goes by looks, more than without. */
  readonly bankMoreMs: number | null;
  readonly bankedFaults: number;
}

/** The load generator, which is no part of the product. */
const CLIENT = 'client';

/** @param rounds of one size */
export function summariseRounds(rounds: readonly Round[]): SizeSummary {
  const ours = rounds.map((round) => round.ours);
  return {
    perSecond: rounded(median(ours.map(({ loop }) => loop.perSecond)), 1),
    latencyMs: spreadOf(ours.flatMap(({ loop }) => loop.outcomes.map(({ ms }) => ms))),
    faults: sumOf(ours.map(({ loop }) => faultsOf(loop))),
    loopDelay: {
      rawP99Ms: rounded(median(ours.map(({ loopDelay }) => loopDelay.rawP99Ms))),
      p99Ms: rounded(median(ours.map(({ loopDelay }) => loopDelay.p99Ms))),
    },
    cpuMsPerUpload: partsPerUpload(ours),
    peers: Object.fromEntries(
      PEERS.flatMap((name) => {
        const summary = summarisePeer(rounds, name);
        return summary === undefined ? [] : [[name, summary]];
      }),
    ),
    cost: summariseCost(rounds),
  };
}

/** Processor time of everything but the client for one upload of a leg, whatever became of it; null where nothing tells it. */
export function cpuMsOf({ cpuMs, loop }: OurLeg): number | null {
  if (cpuMs === undefined) return null;
  const product = Object.entries(cpuMs).filter(([part]) => part !== CLIENT);
  return sumOf(product.map(([, ms]) => ms)) / (loop.uploads + faultsOf(loop));
}

function summarisePeer(rounds: readonly Round[], name: PeerName): PeerSummary | undefined {
  const pairs = rounds.flatMap(({ ours, peers }) => {
    const theirs = peers[name];
    return theirs === undefined ? [] : [{ ours: ours.loop, theirs }];
  });
  if (pairs.length === 0) return undefined;
  return {
    perSecond: rounded(median(pairs.map(({ theirs }) => theirs.perSecond)), 1),
    times: rounded(median(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)), 1),
    faults: sumOf(pairs.map(({ theirs }) => faultsOf(theirs))),
  };
}

function summariseCost(rounds: readonly Round[]): CostSummary {
  const uploadMs = numbers(rounds.map(({ ours }) => cpuMsOf(ours)));
  const ratios = numbers(rounds.map(({ ours, bare }) => over(cpuMsOf(ours), bare.cpuMs, (a, b) => a / b)));
  const more = numbers(rounds.map(({ ours, banked }) => over(cpuMsOf(banked), cpuMsOf(ours), (a, b) => a - b)));
  return {
    uploadMs: middle(uploadMs),
    bareMs: rounded(median(rounds.map(({ bare }) => bare.cpuMs))),
    ratio: middle(ratios),
    bankMoreMs: middle(more),
    bankedFaults: sumOf(rounds.map(({ banked }) => faultsOf(banked.loop))),
  };
}

function partsPerUpload(legs: readonly OurLeg[]): CpuByPart | null {
  const parts = legs.map(({ cpuMs }) => cpuMs).filter((cpuMs) => cpuMs !== undefined);
  const [first] = parts;
  if (first === undefined) return null;
  const uploads = sumOf(legs.map(({ loop }) => loop.uploads + faultsOf(loop)));
  const perUpload = (part: string): number => rounded(sumOf(parts.map((cpu) => cpu[part] ?? 0)) / uploads);
  return Object.fromEntries(Object.keys(first).map((part) => [part, perUpload(part)]));
}

export const faultsOf = ({ faults }: LoopResult): number => sumOf(Object.values(faults));

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const numbers = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const middle = (values: readonly number[]): number | null => (values.length === 0 ? null : rounded(median(values)));
const over = (a: number | null, b: number | null, of: (a: number, b: number) => number): number | null =>
  a === null || b === null ? null : of(a, b);
