import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ModelSession } from '../models/session.js';

export interface TimedRun {
  /** One row per view. */
  readonly scores: readonly (readonly number[])[];
  readonly ms: number;
}

/**
 * One run of the session at a time, in the order of asking. A run blocks the thread; between two runs the event loop
 * has a turn, in which finished decodes go on and the next ones begin.
 */
export class RunLane {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly session: Pick<ModelSession, 'run'>) {}

  /** @throws what the session throws; later runs go on */
  run(views: readonly Uint8Array[]): Promise<TimedRun> {
    const run = this.last.then(() => this.timed(views));
    this.last = run.then(nextTurn, nextTurn);
    return run;
  }

  private async timed(views: readonly Uint8Array[]): Promise<TimedRun> {
    const begun = performance.now();
    const { scores } = await this.session.run(views);
    return { scores, ms: performance.now() - begun };
  }
}
