import { NextUuid, WholeNumber } from './page-query.js';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;

/** A page of `GET /v1/batches`. */
export class BulkQuery {
  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
