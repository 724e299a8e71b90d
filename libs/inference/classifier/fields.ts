/** Guards of what comes out of another process, or off a wire: a value is nothing until one of these says so. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;
/** A whole number from 1. */
export const isCount = (value: unknown): value is number => isAmount(value) && Number.isInteger(value) && value > 0;
export const isOneOf = <T>(known: readonly T[], value: unknown): value is T => known.some((one) => one === value);
export const isListOf = <T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] =>
  Array.isArray(value) && value.every(isOne);
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** A score is a number in 0..1; NaN and infinity are none. */
export const isScore = (value: unknown): value is number => isAmount(value) && value <= 1;

/** One view's scores. */
export const isRow = (value: unknown): value is readonly number[] => isListOf(value, isScore);
