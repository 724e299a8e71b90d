import { IsIn, IsOptional, Matches, MaxLength, ValidateBy, ValidateIf } from 'class-validator';

import { BANK_DISTANCE_MAX, BANK_KINDS, type BankKind } from '#moderation/banks/bank.js';

import { PointInTime } from './point-in-time.js';

const NAME_CHARACTERS_MAX = 64;
const NAME = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/** A number of bits, or null: only the same bytes are a hit. May be left out. */
function Distance(): PropertyDecorator {
  return ValidateBy({
    name: 'distance',
    constraints: [{ schema: { type: ['integer', 'null'], minimum: 0, maximum: BANK_DISTANCE_MAX }, mayMiss: true }],
    validator: {
      validate: (value: unknown) =>
        value === undefined ||
        value === null ||
        (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= BANK_DISTANCE_MAX),
      defaultMessage: () => `must be a whole number from 0 to ${BANK_DISTANCE_MAX}, or null`,
    },
  });
}

/** A new bank. */
export class BankBody {
  @Matches(NAME, { message: 'must be of a-z and 0-9, in parts joined by . _ or -' })
  @MaxLength(NAME_CHARACTERS_MAX, { message: `must be at most ${NAME_CHARACTERS_MAX} characters` })
  name!: string;

  @IsIn(BANK_KINDS, { message: `must be one of ${BANK_KINDS.join(', ')}` })
  kind!: BankKind;

  /** Left out: what is usual for likenesses in a bank that blocks, and null in one that allows. */
  @Distance()
  distanceMax?: number | null;
}

/** What is to change of a bank; what is left out stays. */
export class BankChangeBody {
  @Distance()
  distanceMax?: number | null;

  /** Null: it hits again at once. A time far ahead: until further notice. */
  @IsOptional()
  @PointInTime()
  disabledUntil?: Date | null;
}

/** Until when an entry does not hit. */
export class DisableBody {
  /** Null: it hits again at once. A time far ahead: until further notice. */
  @ValidateIf((_, until) => until !== null)
  @PointInTime()
  until!: Date | null;
}
