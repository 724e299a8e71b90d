import { IsIn, IsNumber } from 'class-validator';

import type { Finding } from '#moderation/label.js';
import type { RuledTransition, TransitionRules } from '#moderation/policy.js';

import { Part } from './part.js';

const RULE = { message: 'must be one of apply, apply_unless_close, ask' };

class PlainRulePart {
  @IsIn(['apply', 'ask'], RULE)
  do!: 'apply' | 'ask';
}

const applies = (): PlainRulePart => Object.assign(new PlainRulePart(), { do: 'apply' as const });

class CloseRulePart {
  @IsIn(['apply_unless_close'], RULE)
  do!: 'apply_unless_close';

  @IsNumber({}, { message: 'must be a number' })
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

/** What a final label does that changes what is served: apply, or ask a human first. */
export class TransitionsPart implements TransitionRules, Record<RuledTransition, RulesPart> {
  @Part(() => RulesPart)
  late_block: RulesPart = new RulesPart();

  @Part(() => RulesPart)
  late_release: RulesPart = new RulesPart();
}
