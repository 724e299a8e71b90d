import { ValidateBy } from 'class-validator';

/** Long enough for a sentence; whatever is longer would only cost us time. */
const PASSWORD_CHARACTERS_MAX = 200;
/** Of a password that a person chooses; there are no other rules (NIST SP 800-63B). */
const PASSWORD_CHARACTERS_MIN = 12;
const NAME_CHARACTERS_MAX = 200;

/** A text that is typed: no half surrogate pairs, which have no bytes in UTF-8. */
const Typed = (min: number, max: number): PropertyDecorator =>
  ValidateBy({
    name: 'typed',
    constraints: [{ schema: { type: 'string', minLength: min, maxLength: max } }],
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && value.isWellFormed() && value.length <= max && Array.from(value).length >= min,
      defaultMessage: () => `must be ${min} to ${max} characters`,
    },
  });

/** Who wants to sign in. */
export class SignInBody {
  @Typed(1, NAME_CHARACTERS_MAX)
  name!: string;

  @Typed(1, PASSWORD_CHARACTERS_MAX)
  password!: string;
}

/** A person's own new password. */
export class PasswordBody {
  @Typed(1, PASSWORD_CHARACTERS_MAX)
  current!: string;

  @Typed(PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX)
  next!: string;
}
