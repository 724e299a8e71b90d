import { TRAFFIC_CLASSES, type TrafficClass } from '../words.js';

/** Batches of more urgent classes that one which is ready lets go first, in a row: nobody waits for ever. */
const PASSED_MAX = 8;
/** Looks at single assets that were tried before, in a row, before a batch goes that is ready. */
const ALONE_MAX = 16;

/** What of a class could begin now. */
export interface Ready {
  readonly trafficClass: TrafficClass;
  /** A batch of what nobody has tried yet. */
  readonly fresh: boolean;
  /** What was tried before, which is looked at alone. */
  readonly tried: boolean;
}

export interface Turn {
  readonly trafficClass: TrafficClass;
  readonly take: 'fresh' | 'tried';
}

/**
 * Whose turn it is where there is room for one batch: the most urgent class that is ready, but of nine batches at least
 * one is of any other that waits; in a class what was tried before, for it had come to the head before, but after sixteen
 * in a row a batch of what is new.
 */
export class BatchTurns {
  private readonly passed: Record<TrafficClass, number> = { urgent: 0, normal: 0, bulk: 0 };
  private alone = 0;

  /** @returns undefined where nothing is ready */
  next(ready: readonly Ready[]): Turn | undefined {
    const restsAlone = this.alone >= ALONE_MAX && ready.some(({ fresh }) => fresh);
    const able = TRAFFIC_CLASSES.flatMap((of) => ready.find(({ trafficClass }) => trafficClass === of) ?? []).filter(
      ({ fresh, tried }) => fresh || (tried && !restsAlone),
    );
    const first = able.find(({ trafficClass }) => this.passed[trafficClass] >= PASSED_MAX) ?? able[0];
    if (first === undefined) return undefined;
    const { trafficClass } = first;
    for (const of of TRAFFIC_CLASSES) {
      const waits = of !== trafficClass && able.some((one) => one.trafficClass === of);
      this.passed[of] = waits ? this.passed[of] + 1 : 0;
    }
    const take = first.tried && !restsAlone ? 'tried' : 'fresh';
    this.alone = take === 'tried' ? this.alone + 1 : 0;
    return { trafficClass, take };
  }
}
