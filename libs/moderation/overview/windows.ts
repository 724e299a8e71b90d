import { MINUTE_MS } from '../capacity/usage-minute.js';

/** The stretches of time that figures are shown for, each in steps of one length. */
export const OVERVIEW_WINDOWS = ['15m', '1h', '24h', '7d'] as const;
export type OverviewWindow = (typeof OVERVIEW_WINDOWS)[number];

const HOUR_MS = 60 * MINUTE_MS;

interface Steps {
  readonly steps: number;
  readonly stepMs: number;
}

const STEPS: Readonly<Record<OverviewWindow, Steps>> = {
  '15m': { steps: 15, stepMs: MINUTE_MS },
  '1h': { steps: 60, stepMs: MINUTE_MS },
  '24h': { steps: 96, stepMs: HOUR_MS / 4 },
  '7d': { steps: 168, stepMs: HOUR_MS },
};

/** A window at some moment, epoch milliseconds. */
export interface Span {
  /** When the first step begins: on a whole step. */
  readonly fromMs: number;
  /** The moment itself; the last step goes on. */
  readonly untilMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** A window that ends now: its last step is the one that goes on, so that it is up to one step shorter than its name. */
export function spanOf(window: OverviewWindow, nowMs: number): Span {
  const { steps, stepMs } = STEPS[window];
  const lastMs = Math.floor(nowMs / stepMs) * stepMs;
  return { fromMs: lastMs - (steps - 1) * stepMs, untilMs: nowMs, stepMs, steps };
}

/** When each step of a span begins. */
export const stepsOf = ({ fromMs, stepMs, steps }: Span): number[] =>
  Array.from({ length: steps }, (_, index) => fromMs + index * stepMs);
