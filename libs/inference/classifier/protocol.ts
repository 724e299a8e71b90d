import type { Preprocessing } from '#contracts/prepared-image.js';
import { isLabel, type Label } from '#moderation/label.js';
import { isClassifyOrder, type ClassifyOrder } from './classify.js';
import type { ClassifierFailure } from './errors.js';
import { isAmount, isCount, isFields, isListOf, isOneOf, isText } from './fields.js';
import { isInferOrder, type InferOrder } from './infer.js';
import { isPrepareOrder, type PrepareOrder } from './prepare.js';
import { isTimeOrder, type TimeOrder } from './time.js';

/** How long a run of one batch size took, in milliseconds, before the process called itself ready. */
export interface WarmUpTime {
  readonly batch: number;
  readonly firstMs: number;
  /** Median of the runs after the first. */
  readonly steadyMs: number;
}

/** What a process serves, by its own account after it has verified the file. */
export interface ServedModel {
  readonly id: string;
  readonly sha256: string;
  readonly classes: readonly string[];
  /** The label of each class, in the same order. */
  readonly labels: readonly Label[];
  readonly preprocessing: Preprocessing;
}

/** The kinds of work that a process does: one file each. */
export type Order = ClassifyOrder | InferOrder | PrepareOrder | TimeOrder;

/** Pool → process. */
export interface PoolMessage {
  readonly call: number;
  readonly order: Order;
}

/** Process → pool. */
export type HostMessage =
  | {
      readonly type: 'ready';
      /** Null for a process that only decodes. */
      readonly model: ServedModel | null;
      readonly warmUp: readonly WarmUpTime[];
      readonly rssBytes: number;
    }
  | { readonly type: 'refused'; readonly fault: string }
  | {
      readonly type: 'done';
      readonly call: number;
      /** What it is depends on the order; the `Task` reads it. */
      readonly answer: unknown;
      readonly rssBytes: number;
    }
  | {
      readonly type: 'failed';
      readonly call: number;
      readonly reason: HostFailure;
      readonly detail: string;
      readonly rssBytes: number;
    };

/** Failures that a process lives to tell. */
export type HostFailure = Extract<ClassifierFailure, 'crashed' | 'invalid-output' | 'io'>;

const HOST_FAILURES: readonly HostFailure[] = ['crashed', 'invalid-output', 'io'];

export function isPoolMessage(value: unknown): value is PoolMessage {
  if (!isFields(value) || !isCount(value['call'])) return false;
  return [isClassifyOrder, isInferOrder, isPrepareOrder, isTimeOrder].some((isOrder) => isOrder(value['order']));
}

/** True for a well-formed message. That an answer fits its call is for the call's `Task` to say. */
export function isHostMessage(value: unknown): value is HostMessage {
  if (!isFields(value)) return false;
  switch (value['type']) {
    case 'ready':
      return (
        (value['model'] === null || isServedModel(value['model'])) &&
        isListOf(value['warmUp'], isWarmUpTime) &&
        isAmount(value['rssBytes'])
      );
    case 'refused':
      return isText(value['fault']);
    case 'done':
      return isCount(value['call']) && isAmount(value['rssBytes']);
    case 'failed':
      return (
        isCount(value['call']) &&
        isOneOf(HOST_FAILURES, value['reason']) &&
        isText(value['detail']) &&
        isAmount(value['rssBytes'])
      );
    default:
      return false;
  }
}

function isServedModel(value: unknown): value is ServedModel {
  return (
    isFields(value) &&
    isText(value['id']) &&
    isText(value['sha256']) &&
    isListOf(value['classes'], isText) &&
    isListOf(value['labels'], isKnownLabel) &&
    value['classes'].length > 0 &&
    value['labels'].length === value['classes'].length &&
    isFields(value['preprocessing']) &&
    isCount(value['preprocessing']['size']) &&
    isCount(value['preprocessing']['framesScoredMax'])
  );
}

const isKnownLabel = (value: unknown): value is Label => isLabel(value);

function isWarmUpTime(value: unknown): value is WarmUpTime {
  return isFields(value) && isCount(value['batch']) && isAmount(value['firstMs']) && isAmount(value['steadyMs']);
}
