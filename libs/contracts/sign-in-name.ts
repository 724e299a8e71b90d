import { ValidateBy } from 'class-validator';

/** After normalisation. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,99}$/u;
export const SIGN_IN_NAME_RULE =
  'must be an e-mail address or a name: up to 100 letters, digits and . _ @ + -, beginning with a letter or a digit';

/**
 * A sign-in name as it is kept and compared: compatibility forms made one (NFKC), lower case, without blanks around it.
 * Names that look the same on a keyboard are the same, however they were typed.
 *
 * @returns undefined for what can be nobody's name
 */
export function readSignInName(text: string): string | undefined {
  if (!text.isWellFormed()) return undefined;
  const name = text.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
  return NAME.test(name) ? name : undefined;
}

/** A property that holds a sign-in name, as it was typed. */
export const SignInName = (): PropertyDecorator =>
  ValidateBy({
    name: 'signInName',
    // as it is typed: it is brought into its form before it is looked at
    constraints: [{ schema: { type: 'string', minLength: 1 } }],
    validator: {
      validate: (value: unknown) => typeof value === 'string' && readSignInName(value) !== undefined,
      defaultMessage: () => SIGN_IN_NAME_RULE,
    },
  });
