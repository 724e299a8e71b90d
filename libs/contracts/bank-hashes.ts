import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';

import { PDQ_QUALITY_MIN } from '#moderation/banks/bank.js';

import { PlainText } from './plain-text.js';

/** Both SHA-256 and PDQ. */
const HASH = /^[0-9a-f]{64}$/i;
const QUALITY_MAX = 100;
const QUALITY = { message: `must be a whole number from ${PDQ_QUALITY_MIN} to ${QUALITY_MAX}: below, it says nothing` };
const ENTRIES_MAX = 1_000;
const NOTE_CHARACTERS_MAX = 500;

/** What a picture is known by: its bytes, its looks, or both. */
export class PictureHashes {
  @ValidateBy({
    name: 'sha256',
    constraints: [{ schema: { type: ['string', 'null'], pattern: '^[0-9A-Fa-f]{64}$' }, mayMiss: true }],
    validator: {
      validate: sha256Fits,
      defaultMessage: () => 'must be 64 hexadecimal digits; without it there must be a pdq',
    },
  })
  sha256?: string | null;

  @IsOptional()
  @Matches(HASH, { message: 'must be 64 hexadecimal digits' })
  pdq?: string | null;

  /** Of `pdq`: how much there was to see. */
  @IsInt(QUALITY)
  @Min(PDQ_QUALITY_MIN, QUALITY)
  @Max(QUALITY_MAX, QUALITY)
  quality: number = QUALITY_MAX;
}

/** A picture that a bank is to know. */
export class BankEntryBody extends PictureHashes {
  /** Where it comes from, for whoever reads the bank. */
  @IsOptional()
  @PlainText(NOTE_CHARACTERS_MAX)
  note?: string | null;
}

/** Pictures that a bank is to know: all of them, or none where one is at fault. */
export class BankEntriesBody {
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one' })
  @ArrayMaxSize(ENTRIES_MAX, { message: `must name at most ${ENTRIES_MAX}` })
  @IsObject({ each: true, message: 'must be objects' })
  @ValidateNested({ each: true, message: 'must be objects', context: { parts: () => [BankEntryBody] } })
  @Type(() => BankEntryBody)
  entries!: BankEntryBody[];
}

function sha256Fits(value: unknown, args?: ValidationArguments): boolean {
  if (typeof value === 'string') return HASH.test(value);
  const picture = args?.object;
  const known = picture instanceof PictureHashes && typeof picture.pdq === 'string';
  return known && (value === undefined || value === null);
}
