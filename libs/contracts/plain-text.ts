import { Matches, ValidateBy, type ValidationOptions } from 'class-validator';

/** Control characters, NUL among them, which neither people nor PostgreSQL can show. */
const CONTROL = /\p{Cc}/u;

const LINE_END = /\r?\n/g;
/** The same as JSON Schema, in an expression that every language has. */
const ONE_LINE = { pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' };

export type PlainTextOptions = ValidationOptions & { readonly lines?: boolean };

/** Whether a text can be stored and shown: no control characters, no half surrogate pairs. */
export const isPlainText = (value: string): boolean => !CONTROL.test(value) && value.isWellFormed();

/** A letter, a digit, a sign: spaces and characters without a shape say nothing. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A text that people can read something in. */
export const SaysSomething = (): PropertyDecorator => Matches(VISIBLE, { message: 'must say something' });

/** A property that holds 1 to `max` characters of plain text; of several lines where `lines` says so. */
export function PlainText(max: number, { lines = false, ...options }: PlainTextOptions = {}): PropertyDecorator {
  return ValidateBy(
    {
      name: 'plainText',
      constraints: [{ schema: { type: 'string', minLength: 1, maxLength: max, ...(lines ? {} : ONE_LINE) } }],
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.length >= 1 &&
          value.length <= max &&
          isPlainText(lines ? value.replaceAll(LINE_END, ' ') : value),
        defaultMessage: () => `must be 1 to ${max} characters without control characters`,
      },
    },
    options,
  );
}
