import { WholeNumber } from './page-query.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

/** How many of the newest policy versions to list. */
export class PolicyQuery {
  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
