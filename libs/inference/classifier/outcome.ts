import type { ClassifyOutcome, Scored } from '#contracts/classify.js';
import { MEDIA_TYPES } from '#contracts/media-type.js';
import {
  LOOKS,
  type Area,
  type Background,
  type CostlyImage,
  type ImageFacts,
  type ImageRejection,
  type PerceptualHash,
  type ViewName,
} from '#contracts/prepared-image.js';
import { isAmount, isCount, isFields, isFlag, isListOf, isOneOf, isRow, isText } from './fields.js';

const REJECTIONS: readonly ImageRejection['code'][] = ['unsupported-media', 'undecodable', 'image-too-large'];
const DEGRADATIONS: readonly ImageFacts['degraded'][number][] = ['damaged', 'frames_not_decoded'];
const BACKGROUNDS: readonly Background[] = ['white', 'black'];
const PDQ = /^[0-9a-f]{64}$/;
const QUALITY_MAX = 100;

/** What came of one asset, as a classifier process tells it. */
export function isOutcome(value: unknown): value is ClassifyOutcome {
  return isScored(value) || isRejection(value);
}

export function isRejection(value: unknown): value is ImageRejection {
  return (
    isFields(value) && value['kind'] === 'rejected' && isOneOf(REJECTIONS, value['code']) && isText(value['detail'])
  );
}

export function isCostly(value: unknown): value is CostlyImage {
  return (
    isFields(value) &&
    value['kind'] === 'costly' &&
    isOneOf(MEDIA_TYPES, value['mediaType']) &&
    isAmount(value['decodeMs'])
  );
}

export function isFacts(value: unknown): value is ImageFacts {
  return (
    isFields(value) &&
    isOneOf(MEDIA_TYPES, value['mediaType']) &&
    isCount(value['width']) &&
    isCount(value['height']) &&
    isCount(value['frames']) &&
    isFlag(value['alpha']) &&
    isListOf(value['degraded'], isDegradation)
  );
}

export function isPerceptual(value: unknown): value is PerceptualHash | null {
  if (value === null) return true;
  if (!isFields(value) || !isText(value['pdq']) || !PDQ.test(value['pdq'])) return false;
  return isAmount(value['quality']) && value['quality'] <= QUALITY_MAX;
}

/** Whether every one of so many views is named. */
export function areNames(value: unknown, views: readonly unknown[]): value is readonly ViewName[] {
  return isListOf(value, isViewName) && value.length === views.length;
}

function isViewName(value: unknown): value is ViewName {
  return (
    isFields(value) &&
    isOneOf(LOOKS, value['look']) &&
    isPlace(value['frame']) &&
    (value['background'] === undefined || isOneOf(BACKGROUNDS, value['background'])) &&
    (value['tile'] === undefined || isArea(value['tile']))
  );
}

const isArea = (value: unknown): value is Area =>
  isFields(value) &&
  isPlace(value['left']) &&
  isPlace(value['top']) &&
  isCount(value['width']) &&
  isCount(value['height']);

/** A whole number from 0. */
const isPlace = (value: unknown): value is number => value === 0 || isCount(value);

function isScored(value: unknown): value is Scored {
  return (
    isFields(value) &&
    value['kind'] === 'scored' &&
    isFacts(value['facts']) &&
    isListOf(value['views'], isRow) &&
    value['views'].length > 0 &&
    areNames(value['viewNames'], value['views']) &&
    isAmount(value['decodeMs']) &&
    isAmount(value['inferenceMs']) &&
    isPerceptual(value['perceptual'])
  );
}

const isDegradation = (value: unknown): value is ImageFacts['degraded'][number] => isOneOf(DEGRADATIONS, value);
