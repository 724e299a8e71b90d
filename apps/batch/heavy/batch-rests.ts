import { OperationalError } from '#contracts/errors.js';

/** What is away for all assets alike is not asked for anew before that; where it is away still, after twice as long. */
const AWAY_MS = 1_000;
/** What is there again is noticed by then. */
const AWAY_MS_MAX = 8_000;
/** So many batches in a row may end by a defect, which may be one of theirs; then it rests, longer each time. */
const DEFECTS_MAX = 4;
const DEFECTS_REST_MS_MAX = 60_000;

/** How long no batch begins after one that was not labelled: longer each time, until one is. */
export class BatchRests {
  private untilMs = -Infinity;
  /** Rests in a row after which something was away still. */
  private outages = 0;
  /** Batches in a row that ended by one. */
  private defects = 0;

  /** @param nowMs by a clock that only goes forward, here and below */
  isOver(nowMs: number): boolean {
    return nowMs >= this.untilMs;
  }

  /** A batch was labelled. */
  went(): void {
    [this.outages, this.defects] = [0, 0];
  }

  /** A batch was not. */
  failed(error: unknown, nowMs: number): void {
    const restMs = error instanceof OperationalError ? this.ofOutage(nowMs) : this.ofDefect();
    this.untilMs = Math.max(this.untilMs, nowMs + restMs);
  }

  /** Batches that were in hand together meet one outage. */
  private ofOutage(nowMs: number): number {
    if (!this.isOver(nowMs)) return 0;
    this.outages += 1;
    return Math.min(AWAY_MS_MAX, AWAY_MS * 2 ** (this.outages - 1));
  }

  /** A defect that ends every batch would have all that waits tried to death. */
  private ofDefect(): number {
    this.defects += 1;
    const over = this.defects - DEFECTS_MAX;
    return over < 0 ? 0 : Math.min(DEFECTS_REST_MS_MAX, AWAY_MS * 2 ** over);
  }
}
