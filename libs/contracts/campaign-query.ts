import { NextUuid, WholeNumber } from './page-query.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;
const EXAMPLES_MAX = 50;
const EXAMPLES_DEFAULT = 10;

/** Where a page of campaigns begins, and how long it is. */
export class CampaignQuery {
  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** How much a campaign's report shows. */
export class CampaignReportQuery {
  /** Of every change of verdict. */
  @WholeNumber(0, EXAMPLES_MAX)
  examples: number = EXAMPLES_DEFAULT;
}
