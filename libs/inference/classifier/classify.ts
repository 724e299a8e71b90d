import type { ClassifyOutcome, LightOutcome } from '#contracts/classify.js';
import { isAmount, isFields, isFlag, isListOf, isText } from './fields.js';
import { isCostly, isOutcome } from './outcome.js';
import type { Task } from './task.js';

/** Decode stored images and score their views. Answered with a `ClassifyOutcome` per path, in order. */
export interface ClassifyOrder {
  readonly kind: 'classify';
  readonly paths: readonly string[];
  /** Whether the perceptual hash of each image is wanted too. */
  readonly perceptual: boolean;
  /** An image that is expected to take longer to decode is put back as costly; left out: none is. */
  readonly decodeMsMax?: number;
}

export function isClassifyOrder(value: unknown): value is ClassifyOrder {
  return (
    isFields(value) &&
    value['kind'] === 'classify' &&
    isListOf(value['paths'], isText) &&
    isFlag(value['perceptual']) &&
    (value['decodeMsMax'] === undefined || isAmount(value['decodeMsMax']))
  );
}

/** There is one outcome per path, each scored one with a score per class in every view. */
export function classifyTask(paths: readonly string[], perceptual: boolean): Task<readonly ClassifyOutcome[]> {
  const order: ClassifyOrder = { kind: 'classify', paths, perceptual };
  return { order, read: reading(paths.length, isOutcome) };
}

/** The same, but what is expected to take longer than `decodeMsMax` to decode is put back as costly. */
export function classifyLightTask(
  paths: readonly string[],
  perceptual: boolean,
  decodeMsMax: number,
): Task<readonly LightOutcome[]> {
  const isLight = (value: unknown): value is LightOutcome => isOutcome(value) || isCostly(value);
  const order: ClassifyOrder = { kind: 'classify', paths, perceptual, decodeMsMax };
  return { order, read: reading(paths.length, isLight) };
}

function reading<Outcome extends LightOutcome>(count: number, isOne: (value: unknown) => value is Outcome) {
  const fits = (outcome: LightOutcome, classes: number): boolean =>
    outcome.kind !== 'scored' || outcome.views.every((view) => view.length === classes);
  return (answer: unknown, classes: number): readonly Outcome[] | undefined => {
    if (!isListOf(answer, isOne) || answer.length !== count) return undefined;
    return answer.every((outcome) => fits(outcome, classes)) ? answer : undefined;
  };
}
