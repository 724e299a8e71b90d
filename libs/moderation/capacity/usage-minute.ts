import type { Usage } from './cost.js';

/** What one opening of a tier took within one minute, so far: the numbers only grow. */
export interface UsageMinute extends Usage {
  /** When the minute began, epoch milliseconds. */
  readonly minuteMs: number;
  /** Of this opening of the tier, in this process: a UUID. */
  readonly instance: string;
}

/** A part of a stretch of time that lies within one minute. */
export interface MinutePart {
  readonly minuteMs: number;
  readonly ms: number;
}

export const MINUTE_MS = 60_000;

/** When the minute began that a moment lies in, epoch milliseconds. */
export const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS) * MINUTE_MS;

/** The minutes that a stretch of time touches, each with how much of it lies there; they add up to all of it. */
export function minutesOf(fromMs: number, toMs: number): MinutePart[] {
  const parts: MinutePart[] = [];
  for (let atMs = fromMs; atMs < toMs;) {
    const minuteMs = minuteOf(atMs);
    const endMs = Math.min(toMs, minuteMs + MINUTE_MS);
    parts.push({ minuteMs, ms: endMs - atMs });
    atMs = endMs;
  }
  return parts;
}
