import type { TrafficClass } from '../words.js';
import { timeOf, type ServiceTime } from './batch-size.js';

/** When a batch goes: every so often; or when it is full; or at the first of full, time, and a deadline that nears. */
export const SCHEDULE_MODES = ['time', 'size', 'hybrid'] as const;
export type ScheduleMode = (typeof SCHEDULE_MODES)[number];

/** When the batches of one traffic class go. */
export interface Schedule {
  readonly mode: ScheduleMode;
  /** N: assets of a full batch, at least 1. No batch is larger, in any mode. */
  readonly sizeMax: number;
  /** T: how long the first of a batch waits for company; `size` does not ask. */
  readonly waitMs: number;
}

/** One for every class. */
export type Schedules = Readonly<Record<TrafficClass, Schedule>>;

/** A batch is leased, labelled and committed as one: more at once would cost too much when its worker dies. */
export const BATCH_SIZE_MAX = 256;
/** Who waits longer for company wants another mode. */
export const BATCH_WAIT_MS_MAX = 3_600_000;

/** What waits in one class, at least one asset; times are on one clock, in milliseconds. */
export interface WaitingAssets {
  readonly count: number;
  /** When the first of them came. */
  readonly oldestMs: number;
  /** The earliest time that a final was promised for; Infinity for none. */
  readonly finalByMs: number;
}

/** What a batch takes now. */
export interface BatchService {
  /** q: by rising batch, times that do not fall. */
  readonly times: readonly ServiceTime[];
  /** Before a batch can begin: 0 while a classifier process is warm. */
  readonly startupMs: number;
}

/** When what waits goes, and why. */
export interface Departure {
  /** On the clock of what waits; -Infinity: now, Infinity: not before something changes. */
  readonly atMs: number;
  readonly reason: 'full' | 'timer' | 'deadline';
  /** How many go then, in batches of N at most. */
  readonly count: number;
}

/** `time` holds up to so many full batches back: more company makes none of them cheaper. */
const HELD_BATCHES = 4;

/** How many assets of a class may wait for company. */
export const heldMax = ({ mode, sizeMax }: Schedule): number => (mode === 'time' ? HELD_BATCHES * sizeMax : sizeMax);

/**
 * When what waits goes. `time`: all of it, T after the first came, or when no more may wait. `size`: N of it, when there
 * are N. `hybrid`: at N, at T, or when the earliest deadline is no further than what the batch takes, q(count) and
 * startup.
 */
export function departureOf(schedule: Schedule, waiting: WaitingAssets, service: BatchService): Departure {
  const { mode, sizeMax, waitMs } = schedule;
  const count = mode === 'time' ? waiting.count : Math.min(waiting.count, sizeMax);
  if (waiting.count >= heldMax(schedule)) return { atMs: -Infinity, reason: 'full', count };
  if (mode === 'size') return { atMs: Infinity, reason: 'full', count };
  const timeMs = waiting.oldestMs + waitMs;
  const latestMs = waiting.finalByMs - timeOf(service.times, waiting.count) - service.startupMs;
  if (mode === 'hybrid' && latestMs < timeMs) return { atMs: latestMs, reason: 'deadline', count };
  return { atMs: timeMs, reason: 'timer', count };
}

/** What is wrong with a schedule, by the name of its number; empty for a good one. */
export function scheduleFaults({ mode, sizeMax, waitMs }: Schedule): { pointer: string; detail: string }[] {
  const faults: { pointer: string; detail: string }[] = [];
  if (!isWithin(sizeMax, 1, BATCH_SIZE_MAX)) {
    faults.push({ pointer: '/sizeMax', detail: `must be a whole number from 1 to ${BATCH_SIZE_MAX}` });
  }
  if (!isWithin(waitMs, 0, BATCH_WAIT_MS_MAX)) {
    faults.push({ pointer: '/waitMs', detail: `must be a whole number from 0 to ${BATCH_WAIT_MS_MAX}` });
  }
  if (mode === 'time' && waitMs === 0) {
    faults.push({ pointer: '/waitMs', detail: 'must be above 0 in the mode time' });
  }
  return faults;
}

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;
