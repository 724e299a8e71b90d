import { TRAFFIC_CLASSES, type TrafficClass } from '../words.js';

/** Batches of more urgent classes that one which is ready lets go first, in a row: nobody waits for ever. */
const PASSED_MAX = 8;
/** Looks at single assets that failed before, in a row, before a batch goes that is ready. */
const ALONE_MAX = 16;

/** What of a class could begin now. */
export interface Ready {
  readonly trafficClass: TrafficClass;
  /** A batch of what may go in company. */
  readonly fresh: boolean;
  /** What failed before, which is looked at alone. */
  readonly tried: boolean;
}

export interface Turn {
  readonly trafficClass: TrafficClass;
  readonly take: 'fresh' | 'tried';
}

/**
 * Whose turn it is where there is room for one batch: the most urgent class that is ready, but of nine batches at least
 * one is of any other that waits; in a class what failed before, for it had come to the head before, but after sixteen
 * in a row a batch of what is new.
 */
export class BatchTurns {
  private readonly passed: Record<TrafficClass, number> = { urgent: 0, normal: 0, bulk: 0 };
  private alone = 0;

  /** @returns undefined where nothing is ready; the same until somebody has had a turn */
  next(ready: readonly Ready[]): Turn | undefined {
    const able = this.able(ready);
    const first = able.find(({ trafficClass }) => this.passed[trafficClass] >= PASSED_MAX) ?? able[0];
    if (first === undefined) return undefined;
    return { trafficClass: first.trafficClass, take: first.tried && !this.restsAlone(ready) ? 'tried' : 'fresh' };
  }

  /** Somebody has had it. @param ready as it was when it was given */
  had({ trafficClass, take }: Turn, ready: readonly Ready[]): void {
    const able = this.able(ready);
    for (const of of TRAFFIC_CLASSES) {
      const waits = of !== trafficClass && able.some((one) => one.trafficClass === of);
      this.passed[of] = waits ? this.passed[of] + 1 : 0;
    }
    this.alone = take === 'tried' ? this.alone + 1 : 0;
  }

  private able(ready: readonly Ready[]): readonly Ready[] {
    const restsAlone = this.restsAlone(ready);
    return TRAFFIC_CLASSES.flatMap((of) => ready.find(({ trafficClass }) => trafficClass === of) ?? []).filter(
      ({ fresh, tried }) => fresh || (tried && !restsAlone),
    );
  }

  private restsAlone(ready: readonly Ready[]): boolean {
    return this.alone >= ALONE_MAX && ready.some(({ fresh }) => fresh);
  }
}
