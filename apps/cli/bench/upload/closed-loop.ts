import { rounded, spreadOf, type Spread } from '../statistics.js';
import type { Contestant, Outcome } from './contestants.js';

export interface LoopOptions {
  readonly clients: number;
  /** Each client begins its last upload before this has passed. */
  readonly forMs: number;
  /** Uploads of all clients at most; without one only time ends the loop. */
  readonly uploadsMax?: number;
  readonly signal: AbortSignal;
  /** Told after each upload: those that are done, milliseconds gone. */
  readonly onProgress?: (done: number, ms: number) => void;
}

/** Uploads of clients that each send the next one when they have the answer to the one before. */
export interface LoopResult {
  readonly uploads: number;
  readonly perSecond: number;
  readonly latencyMs: Spread;
  /** Uploads that do not count, by reason. */
  readonly faults: Readonly<Record<string, number>>;
  readonly outcomes: readonly Outcome[];
}

/** Runs a closed loop. @throws Error when a server does not answer, and when the signal is aborted */
export async function closedLoop(
  { upload }: Contestant,
  nextFile: () => Buffer,
  { clients, forMs, uploadsMax = Infinity, signal, onProgress }: LoopOptions,
): Promise<LoopResult> {
  const outcomes: Outcome[] = [];
  const startedMs = performance.now();
  let begun = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedMs < forMs && begun < uploadsMax) {
      signal.throwIfAborted();
      begun += 1;
      outcomes.push(await upload(nextFile()));
      onProgress?.(outcomes.length, performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return resultOf(outcomes, performance.now() - startedMs);
}

function resultOf(outcomes: readonly Outcome[], elapsedMs: number): LoopResult {
  const faults: Record<string, number> = {};
  for (const { fault } of outcomes) if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1;
  const good = outcomes.filter(({ fault }) => fault === undefined);
  return {
    uploads: good.length,
    perSecond: rounded((good.length / elapsedMs) * 1_000),
    latencyMs: spreadOf(good.map(({ ms }) => ms)),
    faults,
    outcomes: good,
  };
}
