import { IsOptional } from 'class-validator';

import { WholeNumber } from './page-query.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;
/** PostgreSQL's largest `integer`. */
const VERSION_MAX = 2_147_483_647;

/** How many of the newest policy versions to list. */
export class PolicyQuery {
  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** What to compare a version with. */
export class PolicyDiffQuery {
  /** A version; the one that it was drafted on, unless told. */
  @IsOptional()
  @WholeNumber(1, VERSION_MAX)
  against?: number;
}

/** Which draft is thrown away. */
export class PolicyDraftDiscardQuery {
  /** The revision that was looked at: refused when somebody has saved since. */
  @WholeNumber(1, VERSION_MAX)
  revision!: number;
}
