import type { ClassifyOutcome } from '#contracts/classify.js';
import { isFields, isFlag, isListOf, isText } from './fields.js';
import { isOutcome } from './outcome.js';
import type { Task } from './task.js';

/** Decode stored images and score their views. Answered with a `ClassifyOutcome` per path, in order. */
export interface ClassifyOrder {
  readonly kind: 'classify';
  readonly paths: readonly string[];
  /** Whether the perceptual hash of each image is wanted too. */
  readonly perceptual: boolean;
}

export function isClassifyOrder(value: unknown): value is ClassifyOrder {
  return (
    isFields(value) && value['kind'] === 'classify' && isListOf(value['paths'], isText) && isFlag(value['perceptual'])
  );
}

/** There is one outcome per path, each scored one with a score per class in every view. */
export function classifyTask(paths: readonly string[], perceptual: boolean): Task<readonly ClassifyOutcome[]> {
  const order: ClassifyOrder = { kind: 'classify', paths, perceptual };
  const fits = (outcome: ClassifyOutcome, classes: number): boolean =>
    outcome.kind !== 'scored' || outcome.views.every((view) => view.length === classes);
  return {
    order,
    read: (answer, classes) => {
      if (!isListOf(answer, isOutcome) || answer.length !== paths.length) return undefined;
      return answer.every((outcome) => fits(outcome, classes)) ? answer : undefined;
    },
  };
}
