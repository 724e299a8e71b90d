import type { ClassifyOutcome, Scored } from '#contracts/classify.js';
import { MEDIA_TYPES } from '#contracts/media-type.js';
import type { ImageFacts, ImageLimits, ImageRejection, Preprocessing } from '#contracts/prepared-image.js';
import { isLabel, type Label } from '#moderation/label.js';
import type { ClassifierFailure } from './classifier-errors.js';

/** What a pool tells each of its processes, as one JSON argument. */
export interface HostOptions {
  readonly modelRoot: string;
  /** `<name>/<version>` in the model repository. */
  readonly modelRef: string;
  /** ORT threads of the one session. */
  readonly threads: number;
  /** Most views in one run of the session. */
  readonly inferenceBatch: number;
  /** Most images decoded at the same time. */
  readonly decodeAhead: number;
  readonly imageLimits: ImageLimits;
  /** 0 (as the service) to 19 (last in line for a core). */
  readonly nice: number;
}

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

/** Pool → process. */
export interface ClassifyRequest {
  readonly type: 'classify';
  readonly call: number;
  readonly paths: readonly string[];
}

/** Process → pool. */
export type HostMessage =
  | {
      readonly type: 'ready';
      readonly model: ServedModel;
      readonly warmUp: readonly WarmUpTime[];
      readonly rssBytes: number;
    }
  | { readonly type: 'refused'; readonly fault: string }
  | {
      readonly type: 'classified';
      readonly call: number;
      readonly outcomes: readonly ClassifyOutcome[];
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
const REJECTIONS: readonly ImageRejection['code'][] = ['unsupported-media', 'undecodable', 'image-too-large'];
const DEGRADATIONS: readonly ImageFacts['degraded'][number][] = ['damaged', 'frames_not_decoded'];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isAmount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity;
const isCount = (value: unknown): value is number => isAmount(value) && Number.isInteger(value) && value > 0;
const isOneOf = <T>(known: readonly T[], value: unknown): value is T => known.some((one) => one === value);
const isListOf = <T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] =>
  Array.isArray(value) && value.every(isOne);

/** A score is a number in 0..1; NaN and infinity are none. */
const isScore = (value: unknown): value is number => isAmount(value) && value <= 1;

export function isClassifyRequest(value: unknown): value is ClassifyRequest {
  return isFields(value) && value['type'] === 'classify' && isCount(value['call']) && isListOf(value['paths'], isText);
}

/** True for a well-formed message. That outcomes fit their call is `isAnswerTo`'s to say. */
export function isHostMessage(value: unknown): value is HostMessage {
  if (!isFields(value)) return false;
  switch (value['type']) {
    case 'ready':
      return isServedModel(value['model']) && isListOf(value['warmUp'], isWarmUpTime) && isAmount(value['rssBytes']);
    case 'refused':
      return isText(value['fault']);
    case 'classified':
      return isCount(value['call']) && isListOf(value['outcomes'], isOutcome) && isAmount(value['rssBytes']);
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

/** True when there is one outcome per item, each scored one with a score per class in every view. */
export function isAnswerTo(outcomes: readonly ClassifyOutcome[], items: number, classes: number): boolean {
  return (
    outcomes.length === items &&
    outcomes.every((outcome) => outcome.kind !== 'scored' || outcome.views.every((view) => view.length === classes))
  );
}

/** @throws Error when the argument is not the JSON of `HostOptions`: the process was not started by a pool. */
export function readHostOptions(argument: string | undefined): HostOptions {
  const value: unknown = JSON.parse(argument ?? 'null');
  if (!isHostOptions(value)) throw new Error('a classifier process is started by a pool, with its options as JSON');
  return value;
}

function isHostOptions(value: unknown): value is HostOptions {
  return (
    isFields(value) &&
    isText(value['modelRoot']) &&
    isText(value['modelRef']) &&
    isCount(value['threads']) &&
    isCount(value['inferenceBatch']) &&
    isCount(value['decodeAhead']) &&
    isFields(value['imageLimits']) &&
    isCount(value['imageLimits']['pixelsMax']) &&
    isCount(value['imageLimits']['framesMax']) &&
    isAmount(value['nice'])
  );
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

function isOutcome(value: unknown): value is ClassifyOutcome {
  return isScored(value) || isRejection(value);
}

const isRow = (value: unknown): value is readonly number[] => isListOf(value, isScore);

function isScored(value: unknown): value is Scored {
  return (
    isFields(value) &&
    value['kind'] === 'scored' &&
    isFacts(value['facts']) &&
    isListOf(value['views'], isRow) &&
    value['views'].length > 0 &&
    isAmount(value['decodeMs']) &&
    isAmount(value['inferenceMs'])
  );
}

function isRejection(value: unknown): value is ImageRejection {
  return (
    isFields(value) && value['kind'] === 'rejected' && isOneOf(REJECTIONS, value['code']) && isText(value['detail'])
  );
}

function isFacts(value: unknown): value is ImageFacts {
  return (
    isFields(value) &&
    isOneOf(MEDIA_TYPES, value['mediaType']) &&
    isCount(value['width']) &&
    isCount(value['height']) &&
    isCount(value['frames']) &&
    typeof value['alpha'] === 'boolean' &&
    isListOf(value['degraded'], isDegradation)
  );
}

const isDegradation = (value: unknown): value is ImageFacts['degraded'][number] => isOneOf(DEGRADATIONS, value);
