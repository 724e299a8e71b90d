import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

import { PlainText } from './plain-text.js';

const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 50;
const NOTE_CHARACTERS_MAX = 500;

/** Where a page of a bank's entries begins, and how long it is. */
export class BankEntryQuery {
  /** The `next` of the page before. */
  @IsOptional()
  @Matches(/^[1-9]\d{0,14}$/, { message: 'must be the `next` of an earlier page' })
  cursor?: string;

  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(PAGE_MAX, { message: `must be at most ${PAGE_MAX}` })
  limit: number = PAGE_DEFAULT;
}

/** What is noted with every entry of a list. */
export class ImportQuery {
  @IsOptional()
  @PlainText(NOTE_CHARACTERS_MAX)
  note?: string;
}
