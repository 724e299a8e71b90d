import { IsIn, IsOptional, ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';

import { DEAD_REASONS, type DeadReason } from '#moderation/dead-letter.js';

import { NextNumber, NUMBERED, WholeNumber } from './page-query.js';
import { PlainText, SaysSomething } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const STATES = ['open', 'closed', 'all'] as const;
export type DeadLetterState = (typeof STATES)[number];

/** A page is read by one person, or by one step of a program. */
const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;
/** One transaction holds as many assets. */
export const DEAD_LETTERS_CLOSED_MAX = 100;
const NOTE_CHARACTERS_MAX = 1_000;

const IDS_SCHEMA = {
  type: 'array',
  minItems: 1,
  maxItems: DEAD_LETTERS_CLOSED_MAX,
  items: { type: 'integer', minimum: 1 },
};

/** Which dead letters to list, and where a page begins. */
export class DeadLetterQuery {
  @IsIn(STATES, { message: `must be one of ${STATES.join(', ')}` })
  state: DeadLetterState = 'open';

  @IsOptional()
  @IsIn(DEAD_REASONS, { message: `must be one of ${DEAD_REASONS.join(', ')}` })
  reason?: DeadReason;

  /** That came at this time or later. */
  @IsOptional()
  @PointInTime()
  since?: Date;

  @NextNumber()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

/** Which dead letters to close: those named, or the oldest open ones of a reason. */
export class DeadLettersBody {
  @ValidateBy({
    name: 'ids',
    constraints: [{ schema: IDS_SCHEMA, mayMiss: true }],
    validator: {
      validate: idsFit,
      defaultMessage: () =>
        `must be 1 to ${DEAD_LETTERS_CLOSED_MAX} ids of dead letters; left out where a reason is named`,
    },
  })
  ids?: number[];

  @ValidateIf(({ reason }: DeadLettersBody) => reason !== undefined)
  @IsIn(DEAD_REASONS, { message: `must be one of ${DEAD_REASONS.join(', ')}` })
  reason?: DeadReason;

  /** Why, for whoever reads the letter later. */
  @SaysSomething()
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note!: string;
}

/** A dead letter's id out of a path or a command line; undefined for what can be none. */
export const readDeadLetterId = (text: string): number | undefined => (NUMBERED.test(text) ? Number(text) : undefined);

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

function idsFit(ids: unknown, args?: ValidationArguments): boolean {
  const body = args?.object;
  if (body instanceof DeadLettersBody && body.reason !== undefined) return ids === undefined;
  return Array.isArray(ids) && ids.length >= 1 && ids.length <= DEAD_LETTERS_CLOSED_MAX && ids.every(isId);
}
