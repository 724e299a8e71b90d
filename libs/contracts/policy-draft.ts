import { Type, type TypeOptions } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import type { Finding } from '#moderation/label.js';
import {
  LATE_DEFAULTS,
  STARTING_BANKS,
  STARTING_IF_LATE,
  type LateDefault,
  type PolicyDocument,
  type RuledTransition,
  type Thresholds,
  type TransitionRules,
} from '#moderation/policy.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict, type Tier, type TrafficClass } from '#moderation/words.js';

import { PlainText } from './plain-text.js';

export const NOTE_CHARACTERS_MAX = 1_000;
/** PostgreSQL's largest `integer`. */
export const VERSION_MAX = 2_147_483_647;
export const VERSION = { message: 'must be a version' };
const OBJECT = { message: 'must be an object' };
const NUMBER = { message: 'must be a number' };
const BOOLEAN = { message: 'must be true or false' };
const MILLISECONDS = { message: 'must be a whole number of milliseconds' };
const VERDICT = { message: `must be one of ${PROVISIONAL_VERDICTS.join(', ')}` };

const LATE = { message: `must be one of ${LATE_DEFAULTS.join(', ')}` };
const RULE = { message: 'must be one of apply, apply_unless_close, ask' };

/** An object of the given shape, and nothing else: no array, no missing value. */
export function Part(shape: () => new () => object, options?: TypeOptions): PropertyDecorator {
  return (target, name) => {
    const parts = () => [shape(), ...(options?.discriminator?.subTypes ?? []).map(({ value }) => value)];
    const nested = ValidateNested({ ...OBJECT, context: { parts } });
    for (const decorate of [IsObject(OBJECT), nested, Type(shape, options)]) decorate(target, name);
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

class IfLatePart implements Record<TrafficClass, LateDefault> {
  @IsIn(LATE_DEFAULTS, LATE)
  urgent: LateDefault = STARTING_IF_LATE.urgent;

  @IsIn(LATE_DEFAULTS, LATE)
  normal: LateDefault = STARTING_IF_LATE.normal;

  @IsIn(LATE_DEFAULTS, LATE)
  bulk: LateDefault = STARTING_IF_LATE.bulk;
}

class PlainRulePart {
  @IsIn(['apply', 'ask'], RULE)
  do!: 'apply' | 'ask';
}

const applies = (): PlainRulePart => Object.assign(new PlainRulePart(), { do: 'apply' as const });

class CloseRulePart {
  @IsIn(['apply_unless_close'], RULE)
  do!: 'apply_unless_close';

  @IsNumber({}, NUMBER)
  margin!: number;
}

type RulePart = PlainRulePart | CloseRulePart;

const Rule = (): PropertyDecorator =>
  Part(() => PlainRulePart, {
    keepDiscriminatorProperty: true,
    discriminator: { property: 'do', subTypes: [{ name: 'apply_unless_close', value: CloseRulePart }] },
  });

class RulesPart implements Record<Finding, RulePart> {
  @Rule()
  'sexual.explicit': RulePart = applies();

  @Rule()
  'sexual.explicit.drawn': RulePart = applies();

  @Rule()
  'sexual.suggestive': RulePart = applies();
}

class TransitionsPart implements TransitionRules, Record<RuledTransition, RulesPart> {
  @Part(() => RulesPart)
  late_block: RulesPart = new RulesPart();

  @Part(() => RulesPart)
  late_release: RulesPart = new RulesPart();
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

/** A policy as an admin hands it in: its shape. Whether its numbers make sense is for the core's `policyFaults`. */
export class PolicyDraftBody {
  @Part(() => DocumentPart)
  document!: DocumentPart;

  /** What changes and why, for whoever reads the history. */
  @Matches(/\S/, { message: 'must say something' })
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note!: string;

  /**
   * The live version that the document was edited from: the draft is refused when another has gone live since. Null where
   * none ever was.
   */
  @ValidateIf((_, version) => version !== null)
  @IsInt(VERSION)
  @Min(1, VERSION)
  @Max(VERSION_MAX, VERSION)
  baseVersion!: number | null;
}
