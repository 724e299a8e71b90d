import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;

/** How many of the newest dead letters to list. */
export class DeadLetterQuery {
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(PAGE_MAX, { message: `must be at most ${PAGE_MAX}` })
  limit: number = PAGE_DEFAULT;
}

/** Work that ended without success. */
export interface DeadLetterAnswer {
  readonly assetId: string;
  readonly reason: string;
  readonly attempts: number;
  readonly detail: string;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
}

export interface DeadLetterList {
  readonly items: readonly DeadLetterAnswer[];
}
