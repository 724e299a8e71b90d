import { IsBoolean, IsIn, IsInt, IsNumber } from 'class-validator';

import type { Finding } from '#moderation/label.js';
import {
  LATE_DEFAULTS,
  STARTING_BANKS,
  STARTING_IF_LATE,
  type LateDefault,
  type PolicyDocument,
  type Thresholds,
} from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict, type Tier, type TrafficClass } from '#moderation/words.js';

import { Part } from './part.js';
import { TransitionsPart } from './policy-rules.js';

const NUMBER = { message: 'must be a number' };
const BOOLEAN = { message: 'must be true or false' };
const MILLISECONDS = { message: 'must be a whole number of milliseconds' };
const VERDICT = { message: `must be one of ${PROVISIONAL_VERDICTS.join(', ')}` };
const LATE = { message: `must be one of ${LATE_DEFAULTS.join(', ')}` };

class ThresholdsPart implements Thresholds {
  @IsNumber({}, NUMBER)
  clearBelow!: number;

  @IsNumber({}, NUMBER)
  blockFrom!: number;
}

class TiersPart implements Record<Tier, Thresholds> {
  @Part(() => ThresholdsPart)
  fast!: ThresholdsPart;

  @Part(() => ThresholdsPart)
  heavy!: ThresholdsPart;
}

class LabelsPart implements Record<Finding, TiersPart> {
  @Part(() => TiersPart)
  'sexual.explicit'!: TiersPart;

  @Part(() => TiersPart)
  'sexual.explicit.drawn'!: TiersPart;

  @Part(() => TiersPart)
  'sexual.suggestive'!: TiersPart;
}

class ProvisionalPart {
  @IsIn(PROVISIONAL_VERDICTS, VERDICT)
  uncertain!: ProvisionalVerdict;

  @IsIn(PROVISIONAL_VERDICTS, VERDICT)
  unavailable!: ProvisionalVerdict;
}

class BanksPart {
  @IsBoolean(BOOLEAN)
  machineBlocks: boolean = STARTING_BANKS.machineBlocks;

  @IsBoolean(BOOLEAN)
  machineAllows: boolean = STARTING_BANKS.machineAllows;
}

class FinalWithinPart implements Record<TrafficClass, number> {
  @IsInt(MILLISECONDS)
  urgent!: number;

  @IsInt(MILLISECONDS)
  normal!: number;

  @IsInt(MILLISECONDS)
  bulk!: number;
}

class IfLatePart implements Record<TrafficClass, LateDefault> {
  @IsIn(LATE_DEFAULTS, LATE)
  urgent: LateDefault = STARTING_IF_LATE.urgent;

  @IsIn(LATE_DEFAULTS, LATE)
  normal: LateDefault = STARTING_IF_LATE.normal;

  @IsIn(LATE_DEFAULTS, LATE)
  bulk: LateDefault = STARTING_IF_LATE.bulk;
}

/** A policy as it is handed in. */
export class DocumentPart implements PolicyDocument {
  @Part(() => LabelsPart)
  thresholds!: LabelsPart;

  @Part(() => ProvisionalPart)
  provisional!: ProvisionalPart;

  /** May be left out, as a whole or in part: the machine's finals then stay out of the banks. */
  @Part(() => BanksPart)
  banks: BanksPart = new BanksPart();

  @Part(() => FinalWithinPart)
  finalWithinMs!: FinalWithinPart;

  /** May be left out, as a whole or in part: what is served then stays as it is while the final is late. */
  @Part(() => IfLatePart)
  ifLate: IfLatePart = new IfLatePart();

  /** May be left out, as a whole or in part: the final label then has its effect at once. */
  @Part(() => TransitionsPart)
  transitions: TransitionsPart = new TransitionsPart();
}
