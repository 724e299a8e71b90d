import { IsOptional } from 'class-validator';

import { NextNumber, WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';

const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 50;
const NOTE_CHARACTERS_MAX = 500;

/** Where a page of a bank's entries begins, and how long it is. */
export class BankEntryQuery {
  @NextNumber()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** What is noted with every entry of a list. */
export class ImportQuery {
  @IsOptional()
  @PlainText(NOTE_CHARACTERS_MAX)
  note?: string;
}
