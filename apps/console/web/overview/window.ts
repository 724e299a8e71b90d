import { createContext, use } from 'react';

import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';

/** The windows in their order, with their names. */
export const WINDOW_NAMES: Readonly<Record<OverviewWindow, string>> = {
  '15m': '15 min',
  '1h': '1 hour',
  '24h': '24 hours',
  '7d': '7 days',
};
export const WINDOWS = Object.keys(WINDOW_NAMES) as readonly OverviewWindow[];
export const WINDOW_DEFAULT: OverviewWindow = '1h';

export const windowOf = (text: string | null): OverviewWindow =>
  WINDOWS.find((window) => window === text) ?? WINDOW_DEFAULT;

type Times = Pick<OverviewAnswer, 'window' | 'since' | 'until' | 'stepSeconds'>;

/** Of the figures that are on the page. */
export const TimesContext = createContext<Times>({ window: WINDOW_DEFAULT, since: '', until: '', stepSeconds: 60 });

/** How long the figures were counted, in seconds. */
export const secondsOf = ({ since, until }: Times): number => (Date.parse(until) - Date.parse(since)) / 1_000;

export const useTimes = (): Times => use(TimesContext);

interface StepTimes {
  /** When a step began, for a person. */
  readonly nameOf: (step: number) => string;
  readonly stepText: string;
  /** Of the whole window. */
  readonly ends: readonly [string, string];
}

/** The names of steps in local time. */
export function useStepTimes(): StepTimes {
  const { window, since, stepSeconds } = use(TimesContext);
  const isLong = window === '7d';
  const nameOf = (step: number): string => {
    const date = new Date(Date.parse(since) + step * stepSeconds * 1_000);
    const time = { hour: '2-digit', minute: '2-digit' } as const;
    return date.toLocaleString(undefined, isLong ? { weekday: 'short', ...time } : time);
  };
  const stepText = stepSeconds < 3_600 ? (stepSeconds === 60 ? 'minute' : `${stepSeconds / 60} minutes`) : 'hour';
  return { nameOf, stepText, ends: [nameOf(0), 'now'] };
}
