import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;
const EXAMPLES_MAX = 50;
const EXAMPLES_DEFAULT = 10;

/** Where a page of campaigns begins, and how long it is. */
export class CampaignQuery {
  /** The `next` of the page before. */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the `next` of an earlier page' })
  cursor?: string;

  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(PAGE_MAX, { message: `must be at most ${PAGE_MAX}` })
  limit: number = PAGE_DEFAULT;
}

/** How much a campaign's report shows. */
export class CampaignReportQuery {
  /** Of every change of verdict. */
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(EXAMPLES_MAX, { message: `must be at most ${EXAMPLES_MAX}` })
  examples: number = EXAMPLES_DEFAULT;
}
