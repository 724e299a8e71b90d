import { setTimeout as delay } from 'node:timers/promises';

import type { BenchContext } from '../bench-context.js';
import { memoryOfTree } from '../process-usage.js';
import { LiveListener } from './live-listener.js';
import type { Moderator } from './moderator.js';

/** Resident memory of a console with and without open streams. */
export interface StreamMemory {
  readonly before: number;
  readonly open: number;
}

const OPENED_AT_ONCE = 10;
/** Opened and closed before: what code takes is no stream's. */
const FIRST = 20;
/** The least of some looks: what is garbage goes meanwhile. */
const LOOKS = 12;
const LOOK_MS = 1_000;
/** Changes come at all moments between two looks of the console at the queue. */
const POLL_MS = 1_000;
const STRIDE_MS = 377;

/** Opens a stream for each of these people. */
export async function openStreams(
  { signal, cleanup }: BenchContext,
  people: readonly Moderator[],
): Promise<LiveListener[]> {
  const listeners: LiveListener[] = [];
  cleanup.defer(() => {
    for (const listener of listeners) listener.close();
  });
  for (let from = 0; from < people.length; from += OPENED_AT_ONCE) {
    signal.throwIfAborted();
    const opened = await Promise.all(people.slice(from, from + OPENED_AT_ONCE).map((who) => LiveListener.open(who)));
    listeners.push(...opened);
  }
  return listeners;
}

/**
 * What streams take of a console that has done nothing else: one that has worked has memory left over for them.
 *
 * @returns megabytes; undefined where nothing tells it
 */
export async function memoryOfStreams(
  context: BenchContext,
  pid: number,
  people: readonly Moderator[],
): Promise<StreamMemory | undefined> {
  close(await openStreams(context, people.slice(0, FIRST)));
  const before = await leastMb(pid, context.signal);
  const listeners = await openStreams(context, people);
  const open = await leastMb(pid, context.signal);
  close(listeners);
  return before === undefined || open === undefined ? undefined : { before, open };
}

export function close(listeners: readonly LiveListener[]): void {
  for (const listener of listeners) listener.close();
}

/**
 * Takes the head of the queue again and again.
 *
 * @param takers in turn: nobody holds more cases than one may
 * @returns for each change and stream, the milliseconds from the answer to whoever took it until the stream was told
 */
export async function timeChanges(
  { signal }: BenchContext,
  listeners: readonly LiveListener[],
  takers: readonly Moderator[],
  changes: number,
): Promise<number[]> {
  const delaysMs: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    await delay((change * STRIDE_MS) % POLL_MS, undefined, { signal });
    const who = takers[change % takers.length];
    if (who === undefined) throw new Error('nobody is there to take a case');
    const { id } = await who.next();
    const beganMs = performance.now();
    const told = await Promise.all(listeners.map((listener) => listener.toldOther(id)));
    delaysMs.push(...told.map((atMs) => Math.max(0, atMs - beganMs)));
  }
  return delaysMs;
}

async function leastMb(pid: number, signal: AbortSignal): Promise<number | undefined> {
  const seen: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await delay(LOOK_MS, undefined, { signal });
    const memory = await memoryOfTree(pid);
    if (memory === undefined) return undefined;
    seen.push(memory.rssMb);
  }
  return Math.min(...seen);
}
