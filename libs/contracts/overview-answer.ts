import type { OverviewWindow } from '#moderation/overview/windows.js';
import type { Finding } from '#moderation/label.js';
import type { ProvisionalVerdict, Source, TrafficClass, Transition } from '#moderation/words.js';

import type { QueueCounts } from './review-answer.js';
import type { CaseTransition } from './review-query.js';

/** How many, and how many in each step of the window, the oldest first. */
export interface Series {
  readonly count: number;
  readonly points: readonly number[];
}

/** How long things took, in milliseconds, each within 4.5 %; null of none. */
export interface Durations {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** The same beside how long it may take. */
export interface SloDurations extends Durations {
  readonly sloMs: number;
  /** How many took longer. */
  readonly over: number;
}

/** What came in. */
export interface TrafficFigures {
  /** Assets that were taken in, whatever way they came. */
  readonly uploads: Series;
  readonly classes: readonly (Series & { readonly class: TrafficClass })[];
  /** Provisional decisions. */
  readonly provisional: readonly {
    readonly verdict: ProvisionalVerdict;
    readonly source: Source;
    readonly count: number;
  }[];
  /** Requests of clients that the doors answered, by outcome: `accepted`, `replayed`, or the code of a problem. */
  readonly door: readonly { readonly outcome: string; readonly count: number }[];
  /** Of these, those that were neither accepted nor replayed. */
  readonly refused: Series;
}

/** How the fast tier does: as the doors of the upload services wrote it down. */
export interface FastFigures {
  /** Of accepted uploads whose client waited, by stage: `total` is from the first byte to the commit. */
  readonly stages: readonly (Durations & { readonly stage: string })[];
  /** p95 of `total` in each step, in milliseconds; null where there was no upload. */
  readonly p95Points: readonly (number | null)[];
  /** By what each upload service promises: how many kept it. The last one that was heard of comes first. */
  readonly slos: readonly { readonly sloMs: number; readonly kept: number; readonly broken: number }[];
  /** What was not looked at for want of time. */
  readonly shed: Series;
  readonly sheds: readonly { readonly where: string; readonly reason: string; readonly count: number }[];
}

/** How a traffic class fares at the heavy tier: its finals of the window, and what waits now. */
export interface ClassFigures {
  readonly class: TrafficClass;
  /** Age at the final. */
  readonly age: Durations;
  /** Finals that came after the time they were promised for. */
  readonly late: number;
  readonly waiting: number;
  readonly waitingLate: number;
  /** More of it waits than was counted: `waiting` and `waitingLate` are at least so much. */
  readonly more: boolean;
  readonly oldestMs: number | null;
}

/** How the heavy tier does. */
export interface HeavyFigures {
  /** The machine's ordinary finals. */
  readonly finals: Series;
  readonly classes: readonly ClassFigures[];
  readonly waiting: number;
  /** More waits than was counted: `waiting` and `backlogSeconds` are at least so much. */
  readonly more: boolean;
  /** Of all that wait: the age of the oldest. */
  readonly oldestMs: number | null;
  /** As measured over the last two minutes; null when nothing was labelled. */
  readonly finalsPerSecond: number | null;
  /** How long what waits takes at this rate; null when it is not known. */
  readonly backlogSeconds: number | null;
}

/** What the finals changed. */
export interface ReconciliationFigures {
  readonly transitions: readonly (Series & { readonly transition: Transition })[];
  /** How long what a late block took away had been served. */
  readonly exposure: SloDurations;
  /** How long what a late release gave free had been withheld. */
  readonly wrongfulHold: SloDurations;
  /** Assets that both tiers scored. */
  readonly compared: number;
  /** Of those, how many each tier, or both, found to violate. */
  readonly agreement: readonly {
    readonly label: Finding;
    readonly both: number;
    readonly fastOnly: number;
    readonly heavyOnly: number;
  }[];
}

/** What people have to do, and did. */
export interface PeopleFigures {
  /** Of the whole queue, now. */
  readonly queue: Omit<QueueCounts, 'mine'>;
  readonly slaMs: number;
  readonly opened: readonly (Series & { readonly change: CaseTransition })[];
  readonly decided: Series;
  /** How long these cases had been open. */
  readonly age: Durations;
}

export interface DeadLetterFigures {
  /** Open now. */
  readonly open: number;
  /** There are more than were counted. */
  readonly more: boolean;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** That came in the window. */
  readonly came: Series;
}

/** What clients have yet to be told, now. */
export interface DeliveryFigures {
  readonly waiting: number;
  readonly failed: number;
  /** Whether there are more than were counted. */
  readonly more: { readonly waiting: boolean; readonly failed: boolean };
  /** Since the oldest event, of those that were counted, that waits for an endpoint that is enabled; null where none does. */
  readonly oldestMs: number | null;
  readonly endpoints: { readonly enabled: number; readonly disabled: number };
}

/** How the installation does, in a window that ends now. */
export interface OverviewAnswer {
  readonly window: OverviewWindow;
  /** RFC 3339 in UTC: a whole step. */
  readonly since: string;
  readonly until: string;
  /** Of one step. */
  readonly stepSeconds: number;
  readonly traffic: TrafficFigures;
  readonly fast: FastFigures;
  readonly heavy: HeavyFigures;
  readonly reconciliation: ReconciliationFigures;
  readonly people: PeopleFigures;
  readonly deadLetters: DeadLetterFigures;
  readonly deliveries: DeliveryFigures;
}
