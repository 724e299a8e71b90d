import type { ClassifyOutcome, Scored } from '#contracts/classify.js';
import { MEDIA_TYPES } from '#contracts/media-type.js';
import type { ImageFacts, ImageRejection, PerceptualHash } from '#contracts/prepared-image.js';
import { isAmount, isCount, isFields, isFlag, isListOf, isOneOf, isRow, isText } from './fields.js';

const REJECTIONS: readonly ImageRejection['code'][] = ['unsupported-media', 'undecodable', 'image-too-large'];
const DEGRADATIONS: readonly ImageFacts['degraded'][number][] = ['damaged', 'frames_not_decoded'];
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

function isScored(value: unknown): value is Scored {
  return (
    isFields(value) &&
    value['kind'] === 'scored' &&
    isFacts(value['facts']) &&
    isListOf(value['views'], isRow) &&
    value['views'].length > 0 &&
    isAmount(value['decodeMs']) &&
    isAmount(value['inferenceMs']) &&
    isPerceptual(value['perceptual'])
  );
}

const isDegradation = (value: unknown): value is ImageFacts['degraded'][number] => isOneOf(DEGRADATIONS, value);
