import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, Max, Min } from 'class-validator';

import { FINDINGS, type Finding } from '#moderation/label.js';
import { TIERS, type Tier } from '#moderation/words.js';

import { Part } from './part.js';
import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';
import { DocumentPart } from './policy-document.js';

const NAME_CHARACTERS_MAX = 200;

/** A score out of a query string. */
function Share(): PropertyDecorator {
  const message = { message: 'must be a number from 0 to 1' };
  const decorators = [IsOptional(), Type(() => Number), IsNumber({}, message), Min(0, message), Max(1, message)];
  return (target, name) => {
    for (const decorate of decorators) decorate(target, name);
  };
}

/** Over which assets, and of which label and tier of them. */
class ThresholdSample {
  @IsIn(FINDINGS, { message: `must be one of ${FINDINGS.join(', ')}` })
  label!: Finding;

  @IsIn(TIERS, { message: `must be one of ${TIERS.join(', ')}` })
  tier!: Tier;

  /** Seven days before the end, unless told. */
  @IsOptional()
  @PointInTime()
  receivedFrom?: Date;

  /** Now, unless told: whoever asks again and again tells it, so that all answers are about the same assets. */
  @IsOptional()
  @PointInTime()
  receivedBefore?: Date;

  /** A client's name. */
  @IsOptional()
  @PlainText(NAME_CHARACTERS_MAX)
  client?: string;
}

/** Of which label and tier, under which thresholds, and over which assets statistics are wanted. */
export class ThresholdQuery extends ThresholdSample {
  /** Those of the live policy, unless told. */
  @Share()
  clearBelow?: number;

  @Share()
  blockFrom?: number;
}

/** The same of a policy that nobody has stored. */
export class ThresholdPreviewBody extends ThresholdSample {
  /** With the thresholds that are tried. */
  @Part(() => DocumentPart)
  document!: DocumentPart;
}
