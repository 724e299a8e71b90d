import { IsOptional, Matches } from 'class-validator';

import { NextNumber, WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const WORD = /^[a-z_]+(\.[a-z_]+)?$/;
const NAME_CHARACTERS_MAX = 200;
const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;

/** Which rows of the audit; what is left out does not narrow. */
export class AuditFilterQuery {
  /** Who acted: a sign-in name, or who holds a key. */
  @IsOptional()
  @PlainText(NAME_CHARACTERS_MAX)
  actor?: string;

  /** Such as `review.decide`. */
  @IsOptional()
  @Matches(WORD, { message: 'must be an act such as review.decide' })
  act?: string;

  /** Such as `policy`. */
  @IsOptional()
  @Matches(WORD, { message: 'must be a kind of thing such as policy' })
  subject?: string;

  @IsOptional()
  @PlainText(NAME_CHARACTERS_MAX)
  subjectId?: string;

  @IsOptional()
  @PointInTime()
  since?: Date;

  @IsOptional()
  @PointInTime()
  until?: Date;
}

/** A page of the audit, the newest first. */
export class AuditQuery extends AuditFilterQuery {
  @NextNumber()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
