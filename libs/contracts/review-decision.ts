import { IsIn, ValidateBy, type ValidationArguments } from 'class-validator';

import { FINDINGS, type Finding } from '#moderation/label.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict } from '#moderation/words.js';

import { WholeNumber } from './page-query.js';
import { PlainText, SaysSomething } from './plain-text.js';
import { REASON_CHARACTERS_MAX } from './review-work.js';

/** What a human says of an asset, and why. */
export class HumanVerdict {
  @IsIn(PROVISIONAL_VERDICTS, { message: `must be one of ${PROVISIONAL_VERDICTS.join(', ')}` })
  verdict!: ProvisionalVerdict;

  /** What a blocked asset violates; an allowed one violates nothing. */
  @ValidateBy({
    name: 'policyLabel',
    constraints: [{ schema: { type: ['string', 'null'], enum: [...FINDINGS, null] }, mayMiss: true }],
    validator: {
      validate: labelFits,
      defaultMessage: () => `must be one of ${FINDINGS.join(', ')} for a block, and is for blocks only`,
    },
  })
  policyLabel?: Finding | null;

  /** Why, in the moderator's words; kept with the decision. */
  @SaysSomething()
  @PlainText(REASON_CHARACTERS_MAX, { lines: true })
  reason!: string;
}

/** What a moderator decides about a case. */
export class ReviewDecision extends HumanVerdict {
  /** The newest revision of the asset that was looked at; 409 `revision-changed` where there is a newer one. */
  @WholeNumber(1, 2_147_483_647)
  expectedRevision!: number;
}

function labelFits(label: unknown, args?: ValidationArguments): boolean {
  const decision = args?.object;
  const blocks = decision instanceof HumanVerdict && decision.verdict === 'block';
  return blocks ? FINDINGS.some((finding) => finding === label) : label === undefined || label === null;
}
