import { IsIn, IsOptional } from 'class-validator';

import type { ReviewState } from '#moderation/words.js';

import { WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';

/** The states of a case that is still to decide. */
const UNDECIDED = ['open', 'claimed'] as const satisfies ReviewState[];
export type Undecided = (typeof UNDECIDED)[number];

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;
/** Twice what the longest cursor needs. */
const CURSOR_CHARACTERS_MAX = 300;

/** What `GET /api/reviews` may be narrowed to, and where a page begins. */
export class ReviewQuery {
  /** `claimed`: somebody's claim runs; `open`: nobody's does. */
  @IsOptional()
  @IsIn(UNDECIDED, { message: `must be one of ${UNDECIDED.join(', ')}` })
  state?: Undecided;

  /** The `next` of the page before. */
  @IsOptional()
  @PlainText(CURSOR_CHARACTERS_MAX)
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
