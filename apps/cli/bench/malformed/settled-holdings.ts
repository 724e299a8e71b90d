import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { memoryOfTree, processTree } from '../process-usage.js';

/** What a service and its processes hold while nothing happens. */
export interface SettledHoldings {
  readonly pssMb: number;
  /** What of that the service's own process holds; the rest is that of its classifier processes. */
  readonly servicePssMb: number;
  readonly rssMb: number;
  /** Open file descriptors, without those of folders of assets: the service keeps them, and there are 256 at most. */
  readonly files: number;
  readonly processes: number;
}

export interface SettleOptions {
  /** Whether this is what was waited for, given what was seen before it. */
  readonly isSettled: (now: SettledHoldings, before: readonly SettledHoldings[]) => boolean;
  /** The last look counts, whether it is settled by then or not. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 1_000;
/** Looks in a row that are alike. */
const ALIKE_LOOKS = 5;
const ALIKE_SHARE = 0.01;

/** Looks at a service until what it holds has settled. @returns undefined where there is no `/proc` to tell */
export async function settledHoldings(
  pid: () => number,
  { isSettled, withinMs, signal }: SettleOptions,
): Promise<SettledHoldings | undefined> {
  const endMs = performance.now() + withinMs;
  const seen: SettledHoldings[] = [];
  for (;;) {
    const now = await lookAt(pid());
    if (now === undefined || isSettled(now, seen) || performance.now() >= endMs) return now;
    seen.push(now);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Settled when the last looks hardly differ. */
export function isSteady({ pssMb }: SettledHoldings, before: readonly SettledHoldings[]): boolean {
  const looks = before.slice(-ALIKE_LOOKS);
  return looks.length === ALIKE_LOOKS && looks.every((look) => isWithin(look.pssMb, pssMb, ALIKE_SHARE));
}

/** Settled when it is no more than it was: memory but for a share, and not one file or process more. */
export const isBack =
  (baseline: SettledHoldings, share: number) =>
  ({ pssMb, files, processes }: SettledHoldings): boolean =>
    pssMb <= baseline.pssMb * (1 + share) && files <= baseline.files && processes <= baseline.processes;

const isWithin = (value: number, of: number, share: number): boolean => Math.abs(value - of) <= of * share;

async function lookAt(pid: number): Promise<SettledHoldings | undefined> {
  const [memory, tree] = await Promise.all([memoryOfTree(pid), processTree(pid)]);
  if (memory === undefined || tree === undefined) return undefined;
  const files = await Promise.all(tree.map(openFiles));
  const children = await Promise.all(tree.slice(1).map((child) => memoryOfTree(child)));
  const servicePssMb = children.reduce((rest, child) => rest - (child?.pssMb ?? 0), memory.pssMb);
  return { ...memory, servicePssMb, files: files.reduce((sum, count) => sum + count, 0), processes: tree.length };
}

const ASSET_FOLDER = /\/assets\/[0-9a-f]{2}$/;

/** 0 for a process that is gone. */
async function openFiles(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => undefined)));
  return targets.filter((target) => target !== undefined && !ASSET_FOLDER.test(target)).length;
}
