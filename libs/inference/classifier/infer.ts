import { isAmount, isBytes, isFields, isListOf, isRow } from './fields.js';
import type { RunLane } from './run-lane.js';
import { splitIntoRuns } from './run-sizes.js';
import type { Task } from './task.js';

/** Score views that somebody else has decoded. Answered with `InferAnswer`. */
export interface InferOrder {
  readonly kind: 'infer';
  /** Each `size × size × 3` bytes of RGB, row by row. */
  readonly views: readonly Uint8Array[];
}

export interface InferAnswer {
  /** One row per view, in order. */
  readonly scores: readonly (readonly number[])[];
  readonly inferenceMs: number;
}

export function isInferOrder(value: unknown): value is InferOrder {
  return isFields(value) && value['kind'] === 'infer' && isListOf(value['views'], isBytes);
}

/** There is one row per view, with a score per class. */
export function inferTask(views: readonly Uint8Array[]): Task<InferAnswer> {
  const order: InferOrder = { kind: 'infer', views };
  return {
    order,
    read: (answer, classes) => {
      if (!isInferAnswer(answer) || answer.scores.length !== views.length) return undefined;
      return answer.scores.every((row) => row.length === classes) ? answer : undefined;
    },
  };
}

/** The process's side. @throws what the session throws */
export async function infer(runs: RunLane, inferenceBatch: number, { views }: InferOrder): Promise<InferAnswer> {
  const scores: (readonly number[])[] = [];
  let inferenceMs = 0;
  let begin = 0;
  for (const size of splitIntoRuns(views.length, inferenceBatch)) {
    const run = await runs.run(views.slice(begin, begin + size));
    scores.push(...run.scores);
    inferenceMs += run.ms;
    begin += size;
  }
  return { scores, inferenceMs };
}

function isInferAnswer(value: unknown): value is InferAnswer {
  return isFields(value) && isListOf(value['scores'], isRow) && isAmount(value['inferenceMs']);
}
