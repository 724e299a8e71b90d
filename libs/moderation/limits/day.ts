/** A day in UTC, epoch milliseconds; its end is not in it. */
export interface Day {
  readonly startMs: number;
  readonly endMs: number;
}

const DAY_MS = 86_400_000;

export function dayOf(nowMs: number): Day {
  const startMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return { startMs, endMs: startMs + DAY_MS };
}

/** The smallest UUIDv7 (RFC 9562) of a millisecond: what was made before has a smaller one, everything else a larger. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
