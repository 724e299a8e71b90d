import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsOptional } from 'class-validator';

import { STAGES, TRANSITIONS, VERDICTS, type Stage, type Transition, type Verdict } from '#moderation/words.js';

import { NextUuid, WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';

export const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;

/** RFC 3339, whose years have four digits. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

const isTime = (value: unknown): value is string => typeof value === 'string' && TIME.test(value);

/** What `GET /v1/assets` may be narrowed to, and where a page begins. */
export class AssetQuery {
  @IsOptional()
  @IsIn(STAGES, { message: `must be one of ${STAGES.join(', ')}` })
  stage?: Stage;

  @IsOptional()
  @IsIn(VERDICTS, { message: `must be one of ${VERDICTS.join(', ')}` })
  verdict?: Verdict;

  @IsOptional()
  @IsIn(TRANSITIONS, { message: `must be one of ${TRANSITIONS.join(', ')}` })
  transition?: Transition;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  served?: boolean;

  @IsOptional()
  @PlainText(255)
  externalId?: string;

  @IsOptional()
  @PlainText(255)
  uploaderId?: string;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (isTime(value) ? new Date(value) : value))
  @IsDate({ message: 'must be a time like 2026-01-31T12:00:00Z' })
  receivedFrom?: Date;

  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
