import type { ClassFigures, DeadLetterFigures, HeavyFigures, OverviewAnswer } from '#contracts/overview-answer.js';
import { OVERVIEW_WINDOWS, spanOf, type OverviewWindow } from '#moderation/overview/windows.js';
import { LETTERS_COUNTED_MAX, type OverviewSlos, type OverviewStore } from '#persistence/overview-store.js';
import type { OverviewDoorStore } from '#persistence/overview-door-store.js';

import { counted, durationsOf, seriesOf, type Counted } from './figures-of.js';
import { KeptSteps, type Fill } from './kept-steps.js';
import { KeptStanding, type Standing, type StandingParts } from './standing.js';
import { fastOf, reconciliationOf, trafficOf, workOf } from './window-figures.js';

export interface OverviewParts extends Omit<StandingParts, 'overview'> {
  readonly overview: Pick<OverviewStore, 'tally' | 'undone' | 'openLetters'>;
  readonly doors: Pick<OverviewDoorStore, 'tally'>;
  readonly slos: OverviewSlos;
  readonly nowMs: () => number;
}

/** Tells how the installation does. */
export class ReadOverview {
  private readonly steps: ReadonlyMap<OverviewWindow, KeptSteps>;
  private readonly standing: KeptStanding;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: OverviewParts) {
    const { overview, doors } = parts;
    this.standing = new KeptStanding(parts);
    const fill: Fill = (tallies, stepMs) =>
      this.inTurn(async () => {
        await overview.tally(tallies, stepMs);
        await doors.tally(tallies, stepMs);
      });
    const undone = (sinceMs: number): Promise<number[]> => overview.undone(new Date(sinceMs));
    this.steps = new Map(OVERVIEW_WINDOWS.map((window) => [window, new KeptSteps(fill, undone)]));
  }

  /** One at a time of each window. @throws DatabaseLate */
  async read(window: OverviewWindow): Promise<OverviewAnswer> {
    const span = spanOf(window, this.parts.nowMs());
    const figures = counted((await this.steps.get(window)?.read(span)) ?? []);
    const standing = await this.standing.read(span.untilMs);
    const { open, claimed, held, escalated, green, amber, red, lateBlocks, more } = standing.queue;
    const queue = { open, claimed, held, escalated, green, amber, red, lateBlocks, more };
    return {
      window,
      since: new Date(span.fromMs).toISOString(),
      until: new Date(span.untilMs).toISOString(),
      stepSeconds: span.stepMs / 1_000,
      traffic: trafficOf(figures),
      fast: fastOf(figures),
      heavy: heavyOf(figures, standing),
      reconciliation: reconciliationOf(figures, this.parts.slos),
      people: { queue, slaMs: this.parts.slaMs, ...workOf(figures) },
      deadLetters: lettersOf(figures, standing),
      deliveries: standing.deliveries,
    };
  }

  /** Counting takes one connection, whichever windows are read: a long one lets short ones in between. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

function heavyOf(figures: Counted, { backlog }: Standing): HeavyFigures {
  const { classes, ...rest } = backlog;
  const ages = classes.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return {
    finals: seriesOf(figures, 'final'),
    classes: classes.map((waiting): ClassFigures => ({
      ...waiting,
      age: durationsOf(figures.all.bins('age', `${waiting.class} `)),
      late: figures.all.count('late', waiting.class),
    })),
    ...rest,
    oldestMs: ages.length === 0 ? null : Math.max(...ages),
  };
}

function lettersOf(figures: Counted, { letters }: Standing): DeadLetterFigures {
  const open = letters.reduce((sum, { count }) => sum + count, 0);
  const more = open > LETTERS_COUNTED_MAX;
  return { open: Math.min(open, LETTERS_COUNTED_MAX), more, reasons: letters, came: seriesOf(figures, 'dead_letter') };
}
