import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';

import type { Finding } from '#moderation/label.js';
import { STARTING_BANKS, type PolicyDocument, type Thresholds } from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict, type Tier, type TrafficClass } from '#moderation/words.js';

import { PlainText } from './plain-text.js';

const NOTE_CHARACTERS_MAX = 1_000;
const OBJECT = { message: 'must be an object' };
const NUMBER = { message: 'must be a number' };
const BOOLEAN = { message: 'must be true or false' };
const MILLISECONDS = { message: 'must be a whole number of milliseconds' };
const VERDICT = { message: `must be one of ${PROVISIONAL_VERDICTS.join(', ')}` };

/** An object of the given shape, and nothing else: no array, no missing value. */
function Part(shape: () => new () => object): PropertyDecorator {
  return (target, name) => {
    for (const decorate of [IsObject(OBJECT), ValidateNested(OBJECT), Type(shape)]) decorate(target, name);
  };
}

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

class DocumentPart implements PolicyDocument {
  @Part(() => LabelsPart)
  thresholds!: LabelsPart;

  @Part(() => ProvisionalPart)
  provisional!: ProvisionalPart;

  /** May be left out, as a whole or in part: the machine's finals then stay out of the banks. */
  @Part(() => BanksPart)
  banks: BanksPart = new BanksPart();

  @Part(() => FinalWithinPart)
  finalWithinMs!: FinalWithinPart;
}

/** A policy as an admin hands it in: its shape. Whether its numbers make sense is for the core's `policyFaults`. */
export class PolicyDraftBody {
  @Part(() => DocumentPart)
  document!: DocumentPart;

  /** What changes and why, for whoever reads the history. */
  @Matches(/\S/, { message: 'must say something' })
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note!: string;

  /** The live version that the document was edited from: the draft is refused when another has gone live since. */
  @IsOptional()
  @IsInt({ message: 'must be a version' })
  baseVersion?: number;
}
