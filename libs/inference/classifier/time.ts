import { isAmount, isCount, isFields, isListOf } from './fields.js';
import type { RunLane } from './run-lane.js';
import { syntheticViews } from './synthetic-views.js';
import type { Task } from './task.js';

/** Run the model on synthetic views and say how long each run took. Answered with milliseconds, one per run. */
export interface TimeOrder {
  readonly kind: 'time';
  /** Views in each run. */
  readonly batch: number;
  readonly runs: number;
}

export function isTimeOrder(value: unknown): value is TimeOrder {
  return isFields(value) && value['kind'] === 'time' && isCount(value['batch']) && isCount(value['runs']);
}

export function timeTask(batch: number, runs: number): Task<readonly number[]> {
  const order: TimeOrder = { kind: 'time', batch, runs };
  return { order, read: (answer) => (isListOf(answer, isAmount) && answer.length === runs ? answer : undefined) };
}

/** The process's side. @param viewBytes bytes of one view. @throws what the session throws */
export async function time(lane: RunLane, viewBytes: number, { batch, runs }: TimeOrder): Promise<readonly number[]> {
  const views = syntheticViews(viewBytes, batch);
  const times: number[] = [];
  while (times.length < runs) times.push((await lane.run(views)).ms);
  return times;
}
