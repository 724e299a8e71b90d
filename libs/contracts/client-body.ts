import { IsOptional, Matches, ValidateBy } from 'class-validator';

import { NextUuid, WholeNumber } from './page-query.js';

/** Letters, digits and a few signs: names stand in tables, logs and metrics. */
export const CLIENT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
export const CLIENT_NAME_RULE = 'must be up to 64 letters, digits and . _ -, and begin with a letter or a digit';

export const UPLOADS_PER_MINUTE_MAX = 1_000_000;
export const ASSETS_PER_DAY_MAX = 1_000_000_000;
/** A hundred years. */
export const RETENTION_DAYS_MAX = 36_500;

const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;
/** They are chosen from as a whole. */
const NAMES_MAX = 1_000;

/** A whole number from 1 on, or null: no limit. May be left out. */
function Limit(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'limit',
    constraints: [{ schema: { type: ['integer', 'null'], minimum: 1, maximum: max }, mayMiss: true }],
    validator: {
      validate: (value: unknown) =>
        value === undefined ||
        value === null ||
        (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max),
      defaultMessage: () => `must be a whole number from 1 to ${max}, or null for no limit`,
    },
  });
}

/** What is to change of a client; what is left out stays. */
export class ClientChangeBody {
  @Limit(UPLOADS_PER_MINUTE_MAX)
  uploadsPerMinute?: number | null;

  @Limit(ASSETS_PER_DAY_MAX)
  assetsPerDay?: number | null;

  /** Days after its final that an asset is erased; null: none is. */
  @Limit(RETENTION_DAYS_MAX)
  retentionDays?: number | null;
}

/** A new client; a limit that is left out is none. */
export class ClientBody extends ClientChangeBody {
  @Matches(CLIENT_NAME, { message: CLIENT_NAME_RULE })
  name!: string;
}

/** Where a page of clients, or of keys, begins, and how long it is. */
export class ClientQuery {
  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** Where a page of clients' names begins, and how long it is. */
export class ClientNameQuery {
  @IsOptional()
  @Matches(CLIENT_NAME, { message: 'must be the `next` of an earlier page' })
  cursor?: string;

  @WholeNumber(1, NAMES_MAX)
  limit: number = NAMES_MAX;
}
