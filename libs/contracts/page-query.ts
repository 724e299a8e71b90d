import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

const NEXT = { message: 'must be the `next` of an earlier page' };
/** Ids that a number holds exactly. */
export const NUMBERED = /^[1-9]\d{0,14}$/;

/** A whole number out of a query string, within bounds that are both allowed. */
export const WholeNumber = (min: number, max: number): PropertyDecorator =>
  each([
    Type(() => Number),
    IsInt({ message: 'must be a whole number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  ]);

/** Where a page begins whose items have UUIDs: the `next` of the page before. May be left out. */
export const NextUuid = (): PropertyDecorator => each([IsOptional(), IsUUID(undefined, NEXT)]);

/** The same for items that are numbered. */
export const NextNumber = (): PropertyDecorator => each([IsOptional(), Matches(NUMBERED, NEXT)]);

const each =
  (decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, name) => {
    for (const decorate of decorators) decorate(target, name);
  };
