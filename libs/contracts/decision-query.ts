import { IsOptional } from 'class-validator';

import { WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;
/** Twice what the longest cursor needs. */
const CURSOR_CHARACTERS_MAX = 200;

/** A page of the caller's own decisions, the newest first: `GET /api/decisions`. */
export class OwnDecisionQuery {
  /** The `next` of the page before. */
  @IsOptional()
  @PlainText(CURSOR_CHARACTERS_MAX)
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
