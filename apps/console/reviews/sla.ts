import type { SlaAnswer } from '#contracts/review-answer.js';
import type { SlaMarks } from '#persistence/review-queue-store.js';

/** The part of its time that is left when a case turns amber. */
const AMBER_LEFT = 1 / 4;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Since when cases that are late now, or will be soon, have been open. */
export const marksOf = (nowMs: number, slaMs: number): SlaMarks => ({
  redByMs: nowMs - slaMs,
  amberByMs: nowMs - slaMs * (1 - AMBER_LEFT),
});

/** How a case stands to its time. */
export function slaOf(openedAtMs: number, nowMs: number, slaMs: number): SlaAnswer {
  const { redByMs, amberByMs } = marksOf(nowMs, slaMs);
  const leftMs = openedAtMs + slaMs - nowMs;
  const color = openedAtMs <= redByMs ? 'red' : openedAtMs <= amberByMs ? 'amber' : 'green';
  const text = color === 'red' ? `late by ${roughly(-leftMs)}` : `due in ${roughly(leftMs)}`;
  return { color, dueAt: new Date(openedAtMs + slaMs).toISOString(), leftMs, text };
}

/** A duration in its largest unit of which there are two, rounded down. */
function roughly(ms: number): string {
  const units = [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['min', MINUTE_MS],
  ] as const;
  const unit = units.find(([, unitMs]) => ms >= 2 * unitMs);
  if (unit === undefined) return `${Math.floor(ms / SECOND_MS)} s`;
  return `${Math.floor(ms / unit[1])} ${unit[0]}`;
}
