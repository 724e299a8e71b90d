import { InvalidArgumentError } from 'commander';

/** An option that is a number, or `none`: commander takes a null of a parser for an option without a value. */
export type CountOrNone = number | 'none';

/** Reads whole numbers within bounds that are both allowed, and `none`. */
export const readCountOrNone =
  (min: number, max: number) =>
  (text: string): CountOrNone => {
    if (text === 'none') return text;
    if (/^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}, or none.`);
  };

/** Null for `none`; undefined where the option was left out. */
export const orNull = (count: CountOrNone | undefined): number | null | undefined => (count === 'none' ? null : count);
