import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

/** How many of the newest policy versions to list. */
export class PolicyQuery {
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(PAGE_MAX, { message: `must be at most ${PAGE_MAX}` })
  limit: number = PAGE_DEFAULT;
}
