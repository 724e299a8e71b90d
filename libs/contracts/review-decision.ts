import { IsIn, Matches, ValidateBy, type ValidationArguments } from 'class-validator';

import { FINDINGS, type Finding } from '#moderation/label.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict } from '#moderation/words.js';

import { PlainText } from './plain-text.js';

const REASON_CHARACTERS_MAX = 1_000;

/** What a moderator decides about a case. */
export class ReviewDecision {
  @IsIn(PROVISIONAL_VERDICTS, { message: `must be one of ${PROVISIONAL_VERDICTS.join(', ')}` })
  verdict!: ProvisionalVerdict;

  /** What a blocked asset violates; an allowed one violates nothing. */
  @ValidateBy({
    name: 'policyLabel',
    validator: {
      validate: labelFits,
      defaultMessage: () => `must be one of ${FINDINGS.join(', ')} for a block, and is for blocks only`,
    },
  })
  policyLabel?: Finding | null;

  /** Why, in the moderator's words; kept with the decision. */
  @Matches(/\S/, { message: 'must say something' })
  @PlainText(REASON_CHARACTERS_MAX, { lines: true })
  reason!: string;
}

function labelFits(label: unknown, args?: ValidationArguments): boolean {
  const decision = args?.object;
  const blocks = decision instanceof ReviewDecision && decision.verdict === 'block';
  return blocks ? FINDINGS.some((finding) => finding === label) : label === undefined || label === null;
}
